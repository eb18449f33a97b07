/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the tests of infer.h see of a connection, and how they read it. */
#ifndef PXO_INFER_HEAD_H
#define PXO_INFER_HEAD_H

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

#endif
