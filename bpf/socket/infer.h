/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Which protocol do these bytes start, and is it a request or a response? Tests look at the first
 * 16 bytes of a direction or of a call; the first that says yes wins. The order, with the protocols
 * that are still to come: TLS, HTTP/1, CQL, MongoDB, PostgreSQL, MySQL, Mux, Kafka, DNS, AMQP,
 * Redis, NATS (strict tests before weak ones). A further protocol is one function and one PXO_TRY
 * line.
 */
#ifndef PXO_INFER_H
#define PXO_INFER_H

/* Numbers of Model.Protocol. */
enum pxo_protocol {
	PXO_PROTOCOL_UNKNOWN = 0,
	PXO_PROTOCOL_HTTP = 1,
};

enum pxo_message { PXO_MESSAGE_NONE = 0, PXO_MESSAGE_REQUEST = 1, PXO_MESSAGE_RESPONSE = 2 };

/* What a test sees: the first bytes as two little-endian words, zero behind the end. */
struct head {
	__u64 words[2];
	__u64 bytes; /* of them known, at most 16 */
	int datagram;
};

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

/* Runs the tests in order; returns the kind of message and sets the protocol. */
static __always_inline enum pxo_message infer(const struct head *head, __u8 *protocol)
{
	enum pxo_message message;

#define PXO_TRY(test, number)                                                                      \
	message = test(head);                                                                      \
	if (message != PXO_MESSAGE_NONE) {                                                         \
		*protocol = number;                                                                \
		return message;                                                                    \
	}
	PXO_TRY(infer_http, PXO_PROTOCOL_HTTP)
#undef PXO_TRY
	return PXO_MESSAGE_NONE;
}

#endif
