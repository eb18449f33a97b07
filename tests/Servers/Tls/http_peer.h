/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * HTTP/1.1 over a TLS library; included by a program per library, which defines before:
 *
 *   static void *tls_open(int fd, const char *pem)   makes the handshake; pem: certificate and key
 * of a server, null for a client, which trusts any certificate; null: it failed static int
 * tls_read(void *tls, char *data, int room)             bytes; 0 or less at the end static int
 * tls_write(void *tls, const char *data, int bytes)     bytes; 0 or less: it failed static void
 * tls_close(void *tls)
 *
 * The program's arguments:
 *
 *   server PORT [PEM]                         one connection after the other
 *   client ADDRESS (METHOD PATH BYTES)...     over one connection; BYTES of a body of letters x
 *
 * The server answers /size/N with N letters x, POST /echo with what it got, /status/CODE with CODE.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MESSAGE_BYTES (128 << 10) /* of head and body */

struct peer {
	int fd;
	void *tls; /* null: plain text */
	int bytes;
	char *body; /* in data */
	char data[MESSAGE_BYTES];
};

static struct peer peer;
static char message[MESSAGE_BYTES];

static void die(const char *what)
{
	perror(what);
	exit(1);
}

static int peer_read(void)
{
	char *at = peer.data + peer.bytes;
	int room = MESSAGE_BYTES - 1 - peer.bytes;
	int count = peer.tls ? tls_read(peer.tls, at, room) : (int)read(peer.fd, at, room);

	if (count > 0)
		peer.bytes += count;
	peer.data[peer.bytes] = 0;
	return count;
}

static void peer_write(const char *data, int bytes)
{
	while (bytes > 0) {
		int count = peer.tls ? tls_write(peer.tls, data, bytes)
				     : (int)write(peer.fd, data, bytes);

		if (count <= 0)
			die("write");
		data += count;
		bytes -= count;
	}
}

/* Reads up to the end of a message's body, the bytes of which it returns; less at the end. */
static int read_message(void)
{
	char *end, *length;
	int bytes;

	peer.bytes = 0;
	peer.data[0] = 0;
	while (!(end = strstr(peer.data, "\r\n\r\n")))
		if (peer_read() <= 0)
			return -1;
	peer.body = end + 4;
	length = strstr(peer.data, "Content-Length: ");
	bytes = length && length < end ? atoi(length + 16) : 0;
	while (peer.data + peer.bytes < peer.body + bytes)
		if (peer_read() <= 0)
			return -1;
	return bytes;
}

static void answer(int received)
{
	const char *path = strchr(peer.data, ' ') + 1;
	int status = strncmp(path, "/status/", 8) ? 200 : atoi(path + 8);
	int size = strncmp(path, "/size/", 6) ? 3 : atoi(path + 6);
	int head;

	if (!strncmp(path, "/echo ", 6))
		size = received;
	head = sprintf(message,
		       "HTTP/1.1 %d OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n",
		       status, size);
	if (!strncmp(path, "/echo ", 6))
		memcpy(message + head, peer.body, size);
	else if (!strncmp(path, "/size/", 6))
		memset(message + head, 'x', size);
	else
		memcpy(message + head, "hi\n", size);
	peer_write(message, head + size);
}

static void serve(int port, const char *pem)
{
	struct sockaddr_in address = { AF_INET, htons(port), { htonl(INADDR_LOOPBACK) } };
	int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1, received;

	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (void *)&address, sizeof(address)) || listen(listener, 64))
		die("listen");
	for (;;) {
		peer.fd = accept(listener, 0, 0);
		peer.tls = pem ? tls_open(peer.fd, pem) : 0;
		while ((!pem || peer.tls) && (received = read_message()) >= 0)
			answer(received);
		if (peer.tls)
			tls_close(peer.tls);
		close(peer.fd);
	}
}

static void ask(const char *url, int count, char **requests)
{
	struct sockaddr_in address = { AF_INET,
				       htons(atoi(strrchr(url, ':') + 1)),
				       { htonl(INADDR_LOOPBACK) } };

	peer.fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(peer.fd, (void *)&address, sizeof(address)))
		die("connect");
	if (!strncmp(url, "https", 5) && !(peer.tls = tls_open(peer.fd, 0)))
		die("handshake");
	for (; count >= 3; count -= 3, requests += 3) {
		int bytes = atoi(requests[2]);
		int head = sprintf(
			message, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: %d\r\n\r\n",
			requests[0], requests[1], bytes);

		memset(message + head, 'x', bytes);
		peer_write(message, head + bytes);
		if (read_message() < 0)
			die("read");
	}
	if (peer.tls)
		tls_close(peer.tls);
	close(peer.fd);
}

int main(int count, char **arguments)
{
	signal(SIGPIPE, SIG_IGN);
	if (count >= 3 && !strcmp(arguments[1], "server"))
		serve(atoi(arguments[2]), arguments[3]);
	else if (count >= 3)
		ask(arguments[2], count - 3, arguments + 3);
	return 0;
}
