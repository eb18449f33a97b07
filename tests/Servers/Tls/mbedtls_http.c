/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* HTTP/1.1 over Mbed TLS (http_peer.h). */
#include <mbedtls/ctr_drbg.h>
#include <mbedtls/entropy.h>
#include <mbedtls/net_sockets.h>
#include <mbedtls/ssl.h>
#include <stddef.h>

static mbedtls_entropy_context entropy;
static mbedtls_ctr_drbg_context random_numbers;
static mbedtls_ssl_config config;
static mbedtls_x509_crt certificate;
static mbedtls_pk_context key;
static mbedtls_ssl_context session; /* one connection after the other */
static mbedtls_net_context connection;

static int prepare(const char *pem)
{
	mbedtls_entropy_init(&entropy);
	mbedtls_ctr_drbg_init(&random_numbers);
	mbedtls_ssl_config_init(&config);
	mbedtls_x509_crt_init(&certificate);
	mbedtls_pk_init(&key);
	if (mbedtls_ctr_drbg_seed(&random_numbers, mbedtls_entropy_func, &entropy, NULL, 0) ||
	    mbedtls_ssl_config_defaults(&config,
					pem ? MBEDTLS_SSL_IS_SERVER : MBEDTLS_SSL_IS_CLIENT,
					MBEDTLS_SSL_TRANSPORT_STREAM, MBEDTLS_SSL_PRESET_DEFAULT))
		return -1;
	mbedtls_ssl_conf_rng(&config, mbedtls_ctr_drbg_random, &random_numbers);
	mbedtls_ssl_conf_authmode(&config, MBEDTLS_SSL_VERIFY_NONE);
	if (!pem)
		return 0;
	if (mbedtls_x509_crt_parse_file(&certificate, pem) < 0 ||
	    mbedtls_pk_parse_keyfile(&key, pem, NULL))
		return -1;
	return mbedtls_ssl_conf_own_cert(&config, &certificate, &key);
}

static void *tls_open(int fd, const char *pem)
{
	static int is_prepared;

	if (!is_prepared && prepare(pem))
		return 0;
	is_prepared = 1;
	connection.fd = fd;
	mbedtls_ssl_init(&session);
	if (!mbedtls_ssl_setup(&session, &config)) {
		mbedtls_ssl_set_bio(&session, &connection, mbedtls_net_send, mbedtls_net_recv,
				    NULL);
		if (!mbedtls_ssl_handshake(&session))
			return &session;
	}
	mbedtls_ssl_free(&session);
	return 0;
}

static int tls_read(void *tls, char *data, int room)
{
	return mbedtls_ssl_read(tls, (unsigned char *)data, room);
}

static int tls_write(void *tls, const char *data, int bytes)
{
	return mbedtls_ssl_write(tls, (const unsigned char *)data, bytes);
}

static void tls_close(void *tls)
{
	mbedtls_ssl_close_notify(tls);
	mbedtls_ssl_free(tls);
}

#include "http_peer.h"
