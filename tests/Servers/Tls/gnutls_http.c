/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * HTTP/1.1 over GnuTLS (http_peer.h), in one of the ways to move plaintext; -DWAY=…:
 * SEND, CORK, SEND2, RANGE, PACKET.
 */
#include <gnutls/gnutls.h>
#include <stddef.h>
#include <string.h>

#define SEND   1
#define CORK   2 /* pieces are kept, then go together */
#define SEND2  3 /* records of which some bytes are padding */
#define RANGE  4 /* the same, by the least and the most bytes of a record */
#define PACKET 5 /* reads without a copy */

#define PADDING		 16
#define MAX_PIECE	 1024
#define MAX_PADDED_PIECE (8 << 10) /* with more GnuTLS 3.7 makes records that are too long */

static void *tls_open(int fd, const char *pem)
{
	static gnutls_certificate_credentials_t credentials;
	gnutls_session_t session;

	if (!credentials) {
		gnutls_certificate_allocate_credentials(&credentials);
		if (pem && gnutls_certificate_set_x509_key_file(credentials, pem, pem,
								GNUTLS_X509_FMT_PEM))
			return 0;
	}
	gnutls_init(&session, pem ? GNUTLS_SERVER : GNUTLS_CLIENT);
	gnutls_set_default_priority(session);
	gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	gnutls_transport_set_int(session, fd);
	if (gnutls_handshake(session) >= 0)
		return session;
	gnutls_deinit(session);
	return 0;
}

static int tls_read(void *tls, char *data, int room)
{
	gnutls_packet_t packet;
	gnutls_datum_t content;
	int count;

	do {
		count = WAY == PACKET ? gnutls_record_recv_packet(tls, &packet)
				      : gnutls_record_recv(tls, data, room);
	} while (count == GNUTLS_E_AGAIN ||
		 count == GNUTLS_E_INTERRUPTED); /* tickets of the server */
	if (WAY != PACKET || count <= 0)
		return count;
	gnutls_packet_get(packet, &content, NULL);
	if ((int)content.size > room)
		return -1;
	memcpy(data, content.data, content.size);
	gnutls_packet_deinit(packet);
	return count;
}

/* Twice: what is corked goes when it is uncorked, and what comes then goes at once. */
static int write_corked(void *tls, const char *data, int bytes)
{
	int sent;

	gnutls_record_cork(tls);
	for (sent = 0; sent < bytes && sent < 8 * MAX_PIECE; sent += MAX_PIECE)
		gnutls_record_send(tls, data + sent,
				   bytes - sent < MAX_PIECE ? bytes - sent : MAX_PIECE);
	if (sent > bytes)
		sent = bytes;
	if (gnutls_record_uncork(tls, GNUTLS_RECORD_WAIT) < 0)
		return -1;
	return sent < bytes ? sent + gnutls_record_send(tls, data + sent, 1) : sent;
}

static int tls_write(void *tls, const char *data, int bytes)
{
	gnutls_range_st range = { bytes, bytes + PADDING };

	switch (WAY) {
	case CORK:
		return write_corked(tls, data, bytes);
	case SEND2:
		return gnutls_record_send2(
			tls, data, bytes < MAX_PADDED_PIECE ? bytes : MAX_PADDED_PIECE, PADDING, 0);
	case RANGE:
		return gnutls_record_send_range(tls, data, bytes, &range);
	default:
		return gnutls_record_send(tls, data, bytes);
	}
}

static void tls_close(void *tls)
{
	gnutls_bye(tls, GNUTLS_SHUT_WR);
	gnutls_deinit(tls);
}

#include "http_peer.h"
