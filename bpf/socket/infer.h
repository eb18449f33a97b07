/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Which protocol do these bytes start, and is it a request or a response? Tests look at the first
 * 16 bytes of a direction or of a call and at the call's length; the first that says yes wins.
 *
 * Order: what begins with a signature of its own (TLS, HTTP, the preface of HTTP/2, AMQP, MQTT,
 * NATS) comes first; then binary headers whose fields have to agree with each other and with the
 * length of the call (MongoDB, PostgreSQL, Kafka, Mux, CQL, MySQL, DNS); text of few fixed bytes
 * (Redis, memcached) and the frames of an HTTP/2 connection that is joined late are last. MySQL
 * follows PostgreSQL as its test is the weaker one, CQL follows Kafka because a version byte and
 * small numbers are common. The sessions in user space give up a connection that was guessed wrong.
 * A further protocol is one function and one PXO_TRY line.
 */
#ifndef PXO_INFER_H
#define PXO_INFER_H

/* Numbers of Model.Protocol. */
enum pxo_protocol {
	PXO_PROTOCOL_UNKNOWN = 0,
	PXO_PROTOCOL_HTTP = 1,
	PXO_PROTOCOL_HTTP2 = 2,
	PXO_PROTOCOL_MYSQL = 3,
	PXO_PROTOCOL_CQL = 4,
	PXO_PROTOCOL_PGSQL = 5,
	PXO_PROTOCOL_DNS = 6,
	PXO_PROTOCOL_REDIS = 7,
	PXO_PROTOCOL_NATS = 8,
	PXO_PROTOCOL_MONGO = 9,
	PXO_PROTOCOL_KAFKA = 10,
	PXO_PROTOCOL_MUX = 11,
	PXO_PROTOCOL_AMQP = 12,
	PXO_PROTOCOL_TLS = 13,
	PXO_PROTOCOL_MQTT = 14,
	PXO_PROTOCOL_MEMCACHED = 15,
};

enum pxo_message {
	PXO_MESSAGE_NONE = 0,
	PXO_MESSAGE_REQUEST = 1,
	PXO_MESSAGE_RESPONSE = 2,
	PXO_MESSAGE_EITHER = 3, /* the protocol is known, the side is not */
};

/* What a test sees: the first bytes as two little-endian words, zero behind the end. */
struct head {
	__u64 words[2];
	__u64 bytes;  /* of them known, at most 16 */
	__u64 length; /* of the call, or of the direction so far while that is short */
	int datagram;
};

/* The byte at a constant offset. */
#define PXO_BYTE(head, i) ((__u8)((head)->words[(i) / 8] >> (8 * ((i) % 8))))
#define PXO_BE16(head, i) ((__u32)PXO_BYTE(head, i) << 8 | PXO_BYTE(head, (i) + 1))
#define PXO_BE32(head, i) (PXO_BE16(head, i) << 16 | PXO_BE16(head, (i) + 2))
#define PXO_LE32(head, i)                                                                          \
	(PXO_BYTE(head, i) | (__u32)PXO_BYTE(head, (i) + 1) << 8 |                                 \
	 (__u32)PXO_BYTE(head, (i) + 2) << 16 | (__u32)PXO_BYTE(head, (i) + 3) << 24)

#define PXO_CHARS8(a, b, c, d, e, f, g, h)                                                         \
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 | (__u64)(e) << 32 |   \
	 (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)
#define PXO_MASK(length) ((length) >= 8 ? ~0ULL : (1ULL << ((length)*8)) - 1)

/* First byte of a request target: a path, "*" or an absolute URL. Keeps "GET key" of Redis out. */
static __always_inline int is_target(__u8 c)
{
	return c == '/' || c == '*' || c == 'h' || c == 'H';
}

/* First byte of the host that CONNECT names. */
static __always_inline int is_authority(__u8 c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '[';
}

/* Request line or status line, RFC 9112 sections 3 and 4; WebDAV methods of RFC 4918 and RFC 3253.
 */
static __always_inline enum pxo_message infer_http(const struct head *head)
{
	__u64 first = head->words[0], second = head->words[1];

	if (head->datagram || head->bytes < 6)
		return PXO_MESSAGE_NONE;
	if ((first & PXO_MASK(7)) == PXO_CHARS8('H', 'T', 'T', 'P', '/', '1', '.', 0))
		return PXO_MESSAGE_RESPONSE;
#define PXO_METHOD(length, a, b, c, d, e, f, g, h)                                                 \
	if ((first & PXO_MASK(length)) == PXO_CHARS8(a, b, c, d, e, f, g, h))                      \
	return is_target((length) < 8 ? first >> (8 * ((length)&7)) : second)                      \
		       ? PXO_MESSAGE_REQUEST                                                       \
		       : PXO_MESSAGE_NONE
	PXO_METHOD(4, 'G', 'E', 'T', ' ', 0, 0, 0, 0);
	PXO_METHOD(5, 'P', 'O', 'S', 'T', ' ', 0, 0, 0);
	PXO_METHOD(4, 'P', 'U', 'T', ' ', 0, 0, 0, 0);
	PXO_METHOD(5, 'H', 'E', 'A', 'D', ' ', 0, 0, 0);
	PXO_METHOD(7, 'D', 'E', 'L', 'E', 'T', 'E', ' ', 0);
	PXO_METHOD(6, 'P', 'A', 'T', 'C', 'H', ' ', 0, 0);
	PXO_METHOD(8, 'O', 'P', 'T', 'I', 'O', 'N', 'S', ' ');
	PXO_METHOD(6, 'T', 'R', 'A', 'C', 'E', ' ', 0, 0);
	PXO_METHOD(6, 'M', 'K', 'C', 'O', 'L', ' ', 0, 0);
	PXO_METHOD(7, 'R', 'E', 'P', 'O', 'R', 'T', ' ', 0);
	PXO_METHOD(5, 'C', 'O', 'P', 'Y', ' ', 0, 0, 0);
	PXO_METHOD(5, 'M', 'O', 'V', 'E', ' ', 0, 0, 0);
	PXO_METHOD(5, 'L', 'O', 'C', 'K', ' ', 0, 0, 0);
	PXO_METHOD(7, 'U', 'N', 'L', 'O', 'C', 'K', ' ', 0);
	PXO_METHOD(7, 'S', 'E', 'A', 'R', 'C', 'H', ' ', 0);
#undef PXO_METHOD
	if (first == PXO_CHARS8('C', 'O', 'N', 'N', 'E', 'C', 'T', ' '))
		return is_authority(second) ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
	if (first == PXO_CHARS8('P', 'R', 'O', 'P', 'F', 'I', 'N', 'D') && (second & 0xff) == ' ')
		return is_target(second >> 8) ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
	if (first == PXO_CHARS8('P', 'R', 'O', 'P', 'P', 'A', 'T', 'C') &&
	    (second & PXO_MASK(2)) == PXO_CHARS8('H', ' ', 0, 0, 0, 0, 0, 0))
		return is_target(second >> 16) ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
	return PXO_MESSAGE_NONE;
}

static __always_inline int is_digit(__u8 c)
{
	return c >= '0' && c <= '9';
}

static __always_inline int is_printable(__u8 c)
{
	return c >= ' ' && c <= '~';
}

static __always_inline int is_letter(__u8 c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* The first words are these characters. */
#define PXO_STARTS(head, length, a, b, c, d, e, f, g, h)                                           \
	(((head)->words[0] & PXO_MASK(length)) == PXO_CHARS8(a, b, c, d, e, f, g, h))

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
 * HEADERS frame in the middle of a connection (RFC 9113 section 6.2): END_HEADERS, an odd stream,
 * a field block that begins with :method or :status of the static table (RFC 7541 appendix A).
 */
static __always_inline enum pxo_message infer_http2_headers(const struct head *head)
{
	__u32 stream = PXO_BE32(head, 5);
	__u8 flags = PXO_BYTE(head, 4), field = PXO_BYTE(head, 9);

	if (head->datagram || head->bytes < 10 || PXO_BYTE(head, 0) || PXO_BYTE(head, 3) != 1)
		return PXO_MESSAGE_NONE;
	if ((flags & ~5) || !(flags & 4) || !(stream & 1) || stream >= 1 << 24 ||
	    PXO_BE16(head, 1) + 9ULL > head->length)
		return PXO_MESSAGE_NONE;
	if (field == 0x82 || field == 0x83)
		return PXO_MESSAGE_REQUEST;
	return field >= 0x88 && field <= 0x8e ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_NONE;
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

/* Verbs of NATS that end with a blank; "+OK" and "-ERR" are also Redis and are no beginning. */
static __always_inline enum pxo_message infer_nats(const struct head *head)
{
	if (head->datagram || head->bytes < 6)
		return PXO_MESSAGE_NONE;
	if (PXO_STARTS(head, 6, 'I', 'N', 'F', 'O', ' ', '{', 0, 0) ||
	    PXO_STARTS(head, 4, 'M', 'S', 'G', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'H', 'M', 'S', 'G', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 6, '-', 'E', 'R', 'R', ' ', '\'', 0, 0))
		return PXO_MESSAGE_RESPONSE;
	if (PXO_STARTS(head, 8, 'C', 'O', 'N', 'N', 'E', 'C', 'T', ' '))
		return PXO_BYTE(head, 8) == '{' ? PXO_MESSAGE_REQUEST : PXO_MESSAGE_NONE;
	if (PXO_STARTS(head, 4, 'P', 'U', 'B', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'H', 'P', 'U', 'B', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 4, 'S', 'U', 'B', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 6, 'U', 'N', 'S', 'U', 'B', ' ', 0, 0))
		return PXO_MESSAGE_REQUEST;
	return PXO_MESSAGE_NONE;
}

/* Header of a message of MongoDB: length, request id, the request that is answered, opcode. */
static __always_inline enum pxo_message infer_mongo(const struct head *head)
{
	__u32 length = PXO_LE32(head, 0), answered = PXO_LE32(head, 8), opcode = PXO_LE32(head, 12);

	if (head->datagram || head->bytes < 16 || length < 16 || length > 48 << 20 ||
	    (PXO_LE32(head, 4) | answered) >> 31)
		return PXO_MESSAGE_NONE;
	if (opcode == 2012 || opcode == 2013)
		return answered ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_REQUEST;
	if (opcode >= 2001 && opcode <= 2007 && !answered)
		return PXO_MESSAGE_REQUEST;
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

/* "\r\n" at bytes i and i + 1. */
#define PXO_LINE_END(head, i) (PXO_BYTE(head, i) == '\r' && PXO_BYTE(head, (i) + 1) == '\n')

/*
 * RESP of Redis: the type byte, then digits up to a line end for lengths and numbers, or a word of
 * a simple answer. Arrays of texts are what both sides send, so the side stays open.
 */
static __always_inline enum pxo_message infer_redis(const struct head *head)
{
	__u8 type = PXO_BYTE(head, 0), next = PXO_BYTE(head, 1);
	int digits;

	if (head->datagram || head->bytes < 4)
		return PXO_MESSAGE_NONE;
	if (PXO_STARTS(head, 5, '+', 'O', 'K', '\r', '\n', 0, 0, 0) ||
	    PXO_STARTS(head, 7, '+', 'P', 'O', 'N', 'G', '\r', '\n', 0) ||
	    PXO_STARTS(head, 5, '-', 'E', 'R', 'R', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 5, '$', '-', '1', '\r', '\n', 0, 0, 0))
		return PXO_MESSAGE_RESPONSE;
	if ((type != '*' && type != '$' && type != ':' && type != '%' && type != '>') ||
	    !is_digit(next))
		return PXO_MESSAGE_NONE;
	digits = PXO_LINE_END(head, 2)					? 1
		 : !is_digit(PXO_BYTE(head, 2))				? 0
		 : PXO_LINE_END(head, 3)				? 2
		 : is_digit(PXO_BYTE(head, 3)) && PXO_LINE_END(head, 4) ? 3
									: 0;
	if (!digits)
		return PXO_MESSAGE_NONE;
	if (type == ':')
		return head->length == digits + 3ULL ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_NONE;
	if (type == '%' || type == '>' || type == '$')
		return head->length > digits + 4ULL ? PXO_MESSAGE_RESPONSE : PXO_MESSAGE_NONE;
	next = digits == 1   ? PXO_BYTE(head, 4)
	       : digits == 2 ? PXO_BYTE(head, 5)
			     : PXO_BYTE(head, 6);
	return next == '$'						  ? PXO_MESSAGE_EITHER
	       : next == ':' || next == '*' || next == '+' || next == '-' ? PXO_MESSAGE_RESPONSE
									  : PXO_MESSAGE_NONE;
}

/* Text protocol of memcached (protocol.txt): commands in lower case, answers in upper case. */
static __always_inline enum pxo_message infer_memcached(const struct head *head)
{
	if (head->datagram || head->bytes < 5)
		return PXO_MESSAGE_NONE;
	if (PXO_STARTS(head, 4, 'g', 'e', 't', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'g', 'e', 't', 's', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 4, 's', 'e', 't', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 4, 'a', 'd', 'd', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 8, 'r', 'e', 'p', 'l', 'a', 'c', 'e', ' ') ||
	    PXO_STARTS(head, 7, 'd', 'e', 'l', 'e', 't', 'e', ' ', 0) ||
	    PXO_STARTS(head, 6, 't', 'o', 'u', 'c', 'h', ' ', 0, 0) ||
	    PXO_STARTS(head, 5, 'i', 'n', 'c', 'r', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'd', 'e', 'c', 'r', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 7, 's', 't', 'a', 't', 's', '\r', '\n', 0))
		return PXO_MESSAGE_REQUEST;
	if (PXO_STARTS(head, 6, 'V', 'A', 'L', 'U', 'E', ' ', 0, 0) ||
	    PXO_STARTS(head, 8, 'S', 'T', 'O', 'R', 'E', 'D', '\r', '\n'))
		return PXO_MESSAGE_RESPONSE;
	return PXO_MESSAGE_NONE;
}

/*
 * A test as a function of its own, so that the verifier looks at it once, apart from what happens
 * before and behind it.
 */
#define PXO_TEST(test)                                                                             \
	__noinline int pxo_##test(__u64 low, __u64 high, __u64 length, __u32 bytes,                \
				  __u32 datagram)                                                  \
	{                                                                                          \
		struct head head = { .words = { low, high },                                       \
				     .bytes = bytes,                                               \
				     .length = length,                                             \
				     .datagram = datagram };                                       \
		return test(&head);                                                                \
	}
PXO_TEST(infer_tls)
PXO_TEST(infer_http)
PXO_TEST(infer_http2)
PXO_TEST(infer_amqp)
PXO_TEST(infer_mqtt)
PXO_TEST(infer_nats)
PXO_TEST(infer_mongo)
PXO_TEST(infer_pgsql)
PXO_TEST(infer_kafka)
PXO_TEST(infer_mux)
PXO_TEST(infer_cql)
PXO_TEST(infer_mysql)
PXO_TEST(infer_dns)
PXO_TEST(infer_redis)
PXO_TEST(infer_memcached)
PXO_TEST(infer_http2_headers)
#undef PXO_TEST

/*
 * Runs the tests of wanted protocols in order (settings are constants, so the verifier drops the
 * others); returns the kind of message and sets the protocol.
 */
static __always_inline enum pxo_message infer(const struct head *head, __u8 *protocol)
{
	enum pxo_message message;

#define PXO_TRY(test, number)                                                                      \
	if (pxo_settings.roles[number]) {                                                          \
		message = pxo_##test(head->words[0], head->words[1], head->length, head->bytes,    \
				     head->datagram);                                              \
		if (message != PXO_MESSAGE_NONE) {                                                 \
			*protocol = number;                                                        \
			return message;                                                            \
		}                                                                                  \
	}
	PXO_TRY(infer_tls, PXO_PROTOCOL_TLS)
	PXO_TRY(infer_http, PXO_PROTOCOL_HTTP)
	PXO_TRY(infer_http2, PXO_PROTOCOL_HTTP2)
	PXO_TRY(infer_amqp, PXO_PROTOCOL_AMQP)
	PXO_TRY(infer_mqtt, PXO_PROTOCOL_MQTT)
	PXO_TRY(infer_nats, PXO_PROTOCOL_NATS)
	PXO_TRY(infer_mongo, PXO_PROTOCOL_MONGO)
	PXO_TRY(infer_pgsql, PXO_PROTOCOL_PGSQL)
	PXO_TRY(infer_kafka, PXO_PROTOCOL_KAFKA)
	PXO_TRY(infer_mux, PXO_PROTOCOL_MUX)
	PXO_TRY(infer_cql, PXO_PROTOCOL_CQL)
	PXO_TRY(infer_mysql, PXO_PROTOCOL_MYSQL)
	PXO_TRY(infer_dns, PXO_PROTOCOL_DNS)
	PXO_TRY(infer_redis, PXO_PROTOCOL_REDIS)
	PXO_TRY(infer_memcached, PXO_PROTOCOL_MEMCACHED)
	PXO_TRY(infer_http2_headers, PXO_PROTOCOL_HTTP2)
#undef PXO_TRY
	return PXO_MESSAGE_NONE;
}

#endif
