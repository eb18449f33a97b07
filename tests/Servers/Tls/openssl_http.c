/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * HTTP/1.1 over the API that OpenSSL and BoringSSL share, without any other library.
 *
 *   openssl_http server PORT [PEM]   one connection after the other; /status/CODE answers CODE
 *   openssl_http client URL...       asks for all over one connection, without checking certificates
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct peer {
	int fd;
	SSL *ssl; /* null: plain text */
	char head[4096];
	int bytes;
};

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int peer_read(struct peer *peer)
{
	char *at = peer->head + peer->bytes;
	int room = sizeof(peer->head) - 1 - peer->bytes;
	int count = peer->ssl ? SSL_read(peer->ssl, at, room) : (int)read(peer->fd, at, room);

	if (count > 0)
		peer->bytes += count;
	peer->head[peer->bytes] = 0;
	return count;
}

static void peer_write(struct peer *peer, const char *data)
{
	int bytes = strlen(data);

	if ((peer->ssl ? SSL_write(peer->ssl, data, bytes) : (int)write(peer->fd, data, bytes)) != bytes)
		die("write");
}

/* Reads up to the end of a message's body; 0 at the end of the connection. */
static int read_message(struct peer *peer)
{
	char *end, *length;
	int body;

	peer->bytes = 0;
	peer->head[0] = 0;
	while (!(end = strstr(peer->head, "\r\n\r\n")))
		if (peer_read(peer) <= 0)
			return 0;
	length = strstr(peer->head, "Content-Length: ");
	body = length && length < end ? atoi(length + 16) : 0;
	while (peer->head + peer->bytes < end + 4 + body)
		if (peer_read(peer) <= 0)
			return 0;
	return 1;
}

static void serve(int port, const char *pem)
{
	SSL_CTX *context = pem ? SSL_CTX_new(TLS_server_method()) : 0;
	struct sockaddr_in address = { AF_INET, htons(port), { htonl(INADDR_LOOPBACK) } };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	char answer[256];

	if (pem && (SSL_CTX_use_certificate_file(context, pem, SSL_FILETYPE_PEM) != 1 ||
		    SSL_CTX_use_PrivateKey_file(context, pem, SSL_FILETYPE_PEM) != 1))
		die(pem);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&address, sizeof(address)) || listen(listener, 64))
		die("listen");
	for (;;) {
		struct peer peer = { .fd = accept(listener, 0, 0) };

		if (pem) {
			peer.ssl = SSL_new(context);
			SSL_set_fd(peer.ssl, peer.fd);
		}
		while ((!pem || SSL_accept(peer.ssl) == 1) && read_message(&peer)) {
			char *status = strstr(peer.head, " /status/");

			snprintf(answer, sizeof(answer),
				 "HTTP/1.1 %d OK\r\nContent-Length: 3\r\n\r\nhi\n",
				 status ? atoi(status + 9) : 200);
			peer_write(&peer, answer);
		}
		SSL_free(peer.ssl);
		close(peer.fd);
	}
}

/* Splits "scheme://127.0.0.1:PORT/PATH"; returns the path. */
static const char *split(const char *url, int *port)
{
	const char *host = strstr(url, "://") + 3;

	*port = atoi(strchr(host, ':') + 1);
	return strchr(host, '/');
}

static void ask(int count, char **urls)
{
	struct sockaddr_in address = { AF_INET, 0, { htonl(INADDR_LOOPBACK) } };
	struct peer peer = { .fd = socket(AF_INET, SOCK_STREAM, 0) };
	char request[1024];
	int port;

	split(urls[0], &port);
	address.sin_port = htons(port);
	if (connect(peer.fd, (void *)&address, sizeof(address)))
		die("connect");
	if (!strncmp(urls[0], "https", 5)) {
		peer.ssl = SSL_new(SSL_CTX_new(TLS_client_method()));
		SSL_set_fd(peer.ssl, peer.fd);
		if (SSL_connect(peer.ssl) != 1)
			die("SSL_connect");
	}
	for (int i = 0; i < count; i++) {
		snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
			 split(urls[i], &port));
		peer_write(&peer, request);
		if (!read_message(&peer))
			die("read");
	}
	if (peer.ssl)
		SSL_shutdown(peer.ssl);
	close(peer.fd);
}

int main(int count, char **arguments)
{
	if (count >= 3 && !strcmp(arguments[1], "server"))
		serve(atoi(arguments[2]), arguments[3]);
	else if (count >= 3)
		ask(count - 2, arguments + 2);
	return 0;
}
