/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* HTTP/1.1 over the API that OpenSSL, BoringSSL and wolfSSL share (http_peer.h). */
#ifdef WITH_WOLFSSL /* its names for the API stand in a folder of its own */
#include <wolfssl/options.h>
#endif
#include <openssl/ssl.h>
#include <stddef.h>

static void *tls_open(int fd, const char *pem)
{
	static SSL_CTX *context;
	SSL *ssl;

	if (!context) {
		context = SSL_CTX_new(pem ? TLS_server_method() : TLS_client_method());
		SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
		if (pem && (SSL_CTX_use_certificate_file(context, pem, SSL_FILETYPE_PEM) != 1 ||
			    SSL_CTX_use_PrivateKey_file(context, pem, SSL_FILETYPE_PEM) != 1))
			return 0;
	}
	ssl = SSL_new(context);
	SSL_set_fd(ssl, fd);
	if ((pem ? SSL_accept(ssl) : SSL_connect(ssl)) == 1)
		return ssl;
	SSL_free(ssl);
	return 0;
}

static int tls_read(void *tls, char *data, int room)
{
	return SSL_read(tls, data, room);
}

static int tls_write(void *tls, const char *data, int bytes)
{
	return SSL_write(tls, data, bytes);
}

static void tls_close(void *tls)
{
	SSL_shutdown(tls);
	SSL_free(tls);
}

#include "http_peer.h"
