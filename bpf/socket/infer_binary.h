/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Protocols of binary headers. Order and use: infer.h. */
#ifndef PXO_INFER_BINARY_H
#define PXO_INFER_BINARY_H

#include "infer_head.h"

/* Record of a handshake (RFC 8446 section 5.1) with ClientHello or ServerHello (section 4). */
static __always_inline enum pxo_message infer_tls(const struct head *head)
{
	if (head->datagram || head->bytes < 6 || PXO_BYTE(head, 0) != 0x16 ||
	    PXO_BYTE(head, 1) != 3 || PXO_BYTE(head, 2) > 4)
		return PXO_MESSAGE_NONE;
	if (PXO_BE16(head, 3) > (1 << 14) + 256)
		return PXO_MESSAGE_NONE;
	return PXO_BYTE(head, 5) == 1	? PXO_MESSAGE_REQUEST
	       : PXO_BYTE(head, 5) == 2 ? PXO_MESSAGE_RESPONSE
					: PXO_MESSAGE_NONE;
}

/*
 * Connection preface of HTTP/2 (RFC 9113 section 3.4): the client's text, the server's SETTINGS
 * frame (section 6.5: length a multiple of 6, stream 0).
 */
static __always_inline enum pxo_message infer_http2(const struct head *head)
{
	if (head->datagram || head->bytes < 9)
		return PXO_MESSAGE_NONE;
	if (head->bytes == 16 &&
	    head->words[0] == PXO_CHARS8('P', 'R', 'I', ' ', '*', ' ', 'H', 'T') &&
	    head->words[1] == PXO_CHARS8('T', 'P', '/', '2', '.', '0', '\r', '\n'))
		return PXO_MESSAGE_REQUEST;
	if (PXO_BYTE(head, 0) == 0 && PXO_BYTE(head, 1) == 0 && PXO_BYTE(head, 2) % 6 == 0 &&
	    PXO_BYTE(head, 2) <= 60 && PXO_BYTE(head, 3) == 4 && PXO_BYTE(head, 4) == 0 &&
	    PXO_BE32(head, 5) == 0 &&
	    (PXO_BYTE(head, 2) == 0 || (PXO_BYTE(head, 9) == 0 && PXO_BYTE(head, 10) <= 9)))
		return PXO_MESSAGE_RESPONSE;
	return PXO_MESSAGE_NONE;
}

/*
 * Whose is a field block that begins so (RFC 7541 section 6, appendix A)? Fields 1 to 7 of the
 * static table are a request's, 8 to 14 an answer's, by number or by the name of a literal; from 62
 * on they are the connection's own, and either side's.
 */
static __always_inline enum pxo_message infer_http2_field(__u8 field)
{
	__u8 number = field & 0x0f; /* of a literal that is not kept */

	if (field & 0x80)
		number = field & 0x7f;
	else if (field & 0x40)
		number = field & 0x3f;
	else if (field & 0x20)
		return PXO_MESSAGE_NONE;
	if ((field & 0x80) && number >= 62)
		return PXO_MESSAGE_EITHER;
	if (number >= 1 && number <= 7)
		return PXO_MESSAGE_REQUEST;
	return number >= 8 && number <= 14 ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_NONE;
}

/*
 * Frames in the middle of a connection: HEADERS (RFC 9113 section 6.2) with END_HEADERS on an odd
 * stream, PING (6.7), WINDOW_UPDATE (6.9) of the connection or of an odd stream.
 */
static __always_inline enum pxo_message infer_http2_frame(const struct head *head)
{
	__u32 stream = PXO_BE32(head, 5);
	__u8 flags = PXO_BYTE(head, 4);

	if (head->datagram || head->bytes < 10 || PXO_BYTE(head, 0) || stream >= 1 << 24 ||
	    PXO_BE16(head, 1) + 9ULL > head->length)
		return PXO_MESSAGE_NONE;
	switch (PXO_BYTE(head, 3)) {
	case 1:
		if ((flags & ~5) || !(flags & 4) || !(stream & 1))
			return PXO_MESSAGE_NONE;
		return infer_http2_field(PXO_BYTE(head, 9));
	case 6:
		return PXO_BE16(head, 1) == 8 && !(flags & ~1) && !stream ? PXO_MESSAGE_EITHER
									  : PXO_MESSAGE_NONE;
	case 8:
		return PXO_BE16(head, 1) == 4 && !flags && (!stream || (stream & 1)) &&
				       PXO_BE32(head, 9) && !(PXO_BYTE(head, 9) & 0x80)
			       ? PXO_MESSAGE_EITHER
			       : PXO_MESSAGE_NONE;
	}
	return PXO_MESSAGE_NONE;
}

/*
 * AMQP 0-9-1: the protocol header (section 4.2.2), or a method frame (section 2.3.5) of
 * Connection.Start, Start-Ok, Basic.Publish, Basic.Deliver.
 */
static __always_inline enum pxo_message infer_amqp(const struct head *head)
{
	__u32 method = PXO_BE32(head, 7);

	if (head->datagram || head->bytes < 8)
		return PXO_MESSAGE_NONE;
	if (PXO_STARTS(head, 8, 'A', 'M', 'Q', 'P', 0, 0, 9, 1))
		return PXO_MESSAGE_REQUEST;
	if (head->bytes < 11 || PXO_BYTE(head, 0) != 1 || PXO_BE32(head, 3) < 4 ||
	    PXO_BE32(head, 3) > 1 << 20)
		return PXO_MESSAGE_NONE;
	if (method == (10 << 16 | 10) || method == (60 << 16 | 60))
		return PXO_MESSAGE_RESPONSE;
	return method == (10 << 16 | 11) || method == (60 << 16 | 40) ? PXO_MESSAGE_REQUEST
								      : PXO_MESSAGE_NONE;
}

/* CONNECT of MQTT 3.1, 3.1.1 and 5 (section 3.1): a length of one or two bytes, "MQTT" or "MQIsdp".
 */
static __always_inline enum pxo_message infer_mqtt(const struct head *head)
{
	__u64 after = PXO_BYTE(head, 1) & 0x80 ? 3 : 2;
	__u64 name = after == 3 ? head->words[0] >> 24 | head->words[1] << 40
				: head->words[0] >> 16 | head->words[1] << 48;

	if (head->datagram || head->bytes < 12 || PXO_BYTE(head, 0) != 0x10 ||
	    (after == 3 && PXO_BYTE(head, 2) & 0x80))
		return PXO_MESSAGE_NONE;
	if ((name & PXO_MASK(6)) == PXO_CHARS8(0, 4, 'M', 'Q', 'T', 'T', 0, 0))
		return PXO_MESSAGE_REQUEST;
	return name == PXO_CHARS8(0, 6, 'M', 'Q', 'I', 's', 'd', 'p') ? PXO_MESSAGE_REQUEST
								      : PXO_MESSAGE_NONE;
}

/*
 * Header of a message of MongoDB: length, request id, the request that is answered, opcode. Ids may
 * be any number: some drivers take random ones.
 */
static __always_inline enum pxo_message infer_mongo(const struct head *head)
{
	__u32 length = PXO_LE32(head, 0), answered = PXO_LE32(head, 8), opcode = PXO_LE32(head, 12);

	if (head->datagram || head->bytes < 16 || length < 16 || length > 48 << 20)
		return PXO_MESSAGE_NONE;
	if (opcode == 2012 || opcode == 2013)
		return answered ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_REQUEST;
	if (opcode >= 2001 && opcode <= 2007 && !answered)
		return PXO_MESSAGE_REQUEST;
	if ((PXO_LE32(head, 4) | answered) >> 31)
		return PXO_MESSAGE_NONE; /* ids may be negative, but 1 is too common a number */
	return opcode == 1 && answered ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_NONE;
}

/*
 * PostgreSQL: start-up, TLS, GSS and cancel requests (no tag, a code as first field), a whole
 * query, or Parse and Bind with more messages behind them.
 */
static __always_inline enum pxo_message infer_pgsql(const struct head *head)
{
	__u32 length = PXO_BE32(head, 0), code = PXO_BE32(head, 4), tagged = PXO_BE32(head, 1);
	__u8 tag = PXO_BYTE(head, 0);

	if (head->datagram || head->bytes < 6)
		return PXO_MESSAGE_NONE;
	if (head->bytes >= 8 && length <= head->length) {
		if (length == 8 && (code == 80877103 || code == 80877104))
			return PXO_MESSAGE_REQUEST;
		if (length == 16 && code == 80877102)
			return PXO_MESSAGE_REQUEST;
		if (length >= 9 && length <= 10240 && (code == 3 << 16 || code == (3 << 16 | 2)) &&
		    (length == 9 || is_letter(PXO_BYTE(head, 8))))
			return PXO_MESSAGE_REQUEST;
	}
	if (tag == 'Q' && tagged >= 6 && tagged < head->length && is_printable(PXO_BYTE(head, 5)))
		return PXO_MESSAGE_REQUEST;
	if ((tag == 'P' || tag == 'B') && tagged >= 8 && tagged + 1ULL < head->length &&
	    tagged < 1 << 20 && (PXO_BYTE(head, 5) == 0 || is_printable(PXO_BYTE(head, 5))))
		return PXO_MESSAGE_REQUEST;
	return PXO_MESSAGE_NONE;
}

/* Request of Kafka: length, API key and version, correlation id, client id. */
static __always_inline enum pxo_message infer_kafka(const struct head *head)
{
	__u32 length = PXO_BE32(head, 0), client = PXO_BE16(head, 12);

	if (head->datagram || head->bytes < 14 || length < 10 || length > 100 << 20 ||
	    length + 4ULL < head->length)
		return PXO_MESSAGE_NONE;
	if (PXO_BE16(head, 4) > 92 || PXO_BE16(head, 6) > 20 || PXO_BE32(head, 8) >> 30)
		return PXO_MESSAGE_NONE;
	if (client == 0xffff)
		return PXO_MESSAGE_REQUEST;
	if (client > 249 || client + 10 > length)
		return PXO_MESSAGE_NONE;
	return client == 0 || (head->bytes >= 15 && is_printable(PXO_BYTE(head, 14)))
		       ? PXO_MESSAGE_REQUEST
		       : PXO_MESSAGE_NONE;
}

/*
 * Mux of Finagle: "tinit check" of a new session (and its echo), Tinit and Rinit with a version,
 * pings, dispatches whose first context is one of Finagle's.
 */
static __always_inline enum pxo_message infer_mux(const struct head *head)
{
	__u32 length = PXO_BE32(head, 0), text = PXO_BE32(head, 8);
	__u8 type = PXO_BYTE(head, 4);

	if (head->datagram || head->bytes < 8 || length < 4 || length > 16 << 20 ||
	    length + 4ULL > head->length)
		return PXO_MESSAGE_NONE;
	if (type == 65 || type == (__u8)-65)
		return length != 4 || head->length != 8 ? PXO_MESSAGE_NONE
		       : type == 65			? PXO_MESSAGE_REQUEST
							: PXO_MESSAGE_RESPONSE;
	if (head->bytes < 12)
		return PXO_MESSAGE_NONE;
	if (type == 127 || type == 128)
		return text != ('t' << 24 | 'i' << 16 | 'n' << 8 | 'i') ? PXO_MESSAGE_NONE
		       : type == 127					? PXO_MESSAGE_REQUEST
									: PXO_MESSAGE_RESPONSE;
	if (type == 68 || type == (__u8)-68)
		return text >> 16 != 1 ? PXO_MESSAGE_NONE
		       : type == 68    ? PXO_MESSAGE_REQUEST
				       : PXO_MESSAGE_RESPONSE;
	if (type == 2)
		return text >> 16 && text >> 16 < 64 && (__u16)text < 128 && head->bytes == 16 &&
				       PXO_BE32(head, 12) ==
					       ('c' << 24 | 'o' << 16 | 'm' << 8 | '.')
			       ? PXO_MESSAGE_REQUEST
			       : PXO_MESSAGE_NONE;
	return PXO_MESSAGE_NONE;
}

/*
 * Frame header of CQL 3 to 5 (native_protocol_v4.spec section 2). Bit 7 of the version is set in
 * responses; each opcode goes one way.
 */
static __always_inline enum pxo_message infer_cql(const struct head *head)
{
	__u8 version = PXO_BYTE(head, 0) & 0x7f, opcode = PXO_BYTE(head, 4);
	__u32 bit = 1U << (opcode & 31);

	if (head->datagram || head->bytes < 9 || version < 3 || version > 5 ||
	    PXO_BYTE(head, 1) & 0xe0 || opcode > 16 || PXO_BE32(head, 5) > 1 << 24 ||
	    PXO_BE32(head, 5) + 9ULL > head->length + (1 << 20))
		return PXO_MESSAGE_NONE;
	if (PXO_BYTE(head, 0) & 0x80) /* ERROR READY AUTHENTICATE SUPPORTED RESULT EVENT ... */
		return bit & 0x1514d && PXO_BE32(head, 5) + 9ULL <= head->length
			       ? PXO_MESSAGE_RESPONSE
			       : PXO_MESSAGE_NONE;
	/* STARTUP OPTIONS QUERY PREPARE EXECUTE REGISTER BATCH AUTH_RESPONSE */
	if (!(bit & 0xaea2) || (opcode != 5 && PXO_BE32(head, 5) == 0))
		return PXO_MESSAGE_NONE;
	return opcode != 5 || PXO_BE32(head, 5) == 0 ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
}

/*
 * Packet of MySQL that fills the call, number 0: a command with its argument, or the server's
 * greeting (protocol 10, a version that begins with a digit).
 */
static __always_inline enum pxo_message infer_mysql(const struct head *head)
{
	__u32 length = PXO_LE32(head, 0) & 0xffffff;
	__u8 command = PXO_BYTE(head, 4);

	if (head->datagram || head->bytes < 5 || !length || PXO_BYTE(head, 3) != 0 ||
	    length + 4ULL != head->length)
		return PXO_MESSAGE_NONE;
	if (command == 10 && length > 40 && is_digit(PXO_BYTE(head, 5)))
		return PXO_MESSAGE_RESPONSE;
	if (length == 1) /* quit, statistics, process info, ping, reset */
		return command == 1 || command == 9 || command == 10 || command == 14 ||
				       command == 31
			       ? PXO_MESSAGE_REQUEST
			       : PXO_MESSAGE_NONE;
	if (command == 2 || command == 3 || command == 4 || command == 22) /* text */
		return is_printable(PXO_BYTE(head, 5)) || PXO_BYTE(head, 5) == '\n' ||
				       PXO_BYTE(head, 5) == 0
			       ? PXO_MESSAGE_REQUEST
			       : PXO_MESSAGE_NONE;
	if (command == 25 || command == 26) /* close, reset of a statement */
		return length == 5 ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
	return command == 23 && length >= 10 && PXO_LE32(head, 10) == 1 ? PXO_MESSAGE_REQUEST
									: PXO_MESSAGE_NONE;
}

/*
 * DNS header (RFC 1035 section 4.1.1): a datagram, or behind its length on a stream. One question,
 * few records, opcode 0, the reserved bit clear.
 */
static __always_inline enum pxo_message infer_dns(const struct head *head)
{
	__u64 low = head->words[0], high = head->words[1];
	__u32 flags, questions, records;

	if (!head->datagram) {
		if (head->bytes < 14 || PXO_BE16(head, 0) + 2ULL != head->length)
			return PXO_MESSAGE_NONE;
		low = low >> 16 | high << 48;
		high >>= 16;
	} else if (head->bytes < 12) {
		return PXO_MESSAGE_NONE;
	}
	flags = (__u32)(__u8)(low >> 16) << 8 | (__u8)(low >> 24);
	questions = (__u32)(__u8)(low >> 32) << 8 | (__u8)(low >> 40);
	records = ((__u32)(__u8)(low >> 48) << 8 | (__u8)(low >> 56)) +
		  ((__u32)(__u8)high << 8 | (__u8)(high >> 8)) +
		  ((__u32)(__u8)(high >> 16) << 8 | (__u8)(high >> 24));
	if (questions != 1 || records > 100 || flags & 0x7840 || head->length < 17)
		return PXO_MESSAGE_NONE;
	if (flags & 0x8000)
		return PXO_MESSAGE_RESPONSE;
	return records <= 2 && !(flags & 0x048f) ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
}

#endif
