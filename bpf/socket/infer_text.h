/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Protocols of readable lines: HTTP/1, NATS, Redis, memcached. Order and use: infer.h. */
#ifndef PXO_INFER_TEXT_H
#define PXO_INFER_TEXT_H

#include "infer_head.h"

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

/*
 * memcached. Binary: a magic byte for each side, opcode, key of at most 250 bytes, numbers of at
 * most 20 before it, type 0, server's part or status, and a body that holds key and numbers. Text
 * (protocol.txt): commands in lower case, answers in upper case.
 */
static __always_inline enum pxo_message infer_memcached(const struct head *head)
{
	__u8 magic = PXO_BYTE(head, 0), numbers = PXO_BYTE(head, 4);

	if (head->datagram || head->bytes < 5)
		return PXO_MESSAGE_NONE;
	if (magic == 0x80 || magic == 0x81) {
		__u32 key = PXO_BE16(head, 2), body = PXO_BE32(head, 8);

		if (head->length < 24 || PXO_BYTE(head, 1) > 0x24 || key > 250 || numbers > 20 ||
		    PXO_BYTE(head, 5) || PXO_BYTE(head, 6) || body < key + numbers ||
		    body > 1 << 30)
			return PXO_MESSAGE_NONE;
		return magic == 0x81		? PXO_MESSAGE_RESPONSE
		       : PXO_BYTE(head, 7) == 0 ? PXO_MESSAGE_REQUEST
						: PXO_MESSAGE_NONE;
	}
	if (PXO_STARTS(head, 4, 'g', 'e', 't', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'g', 'e', 't', 's', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 4, 's', 'e', 't', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 4, 'a', 'd', 'd', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 8, 'r', 'e', 'p', 'l', 'a', 'c', 'e', ' ') ||
	    PXO_STARTS(head, 7, 'd', 'e', 'l', 'e', 't', 'e', ' ', 0) ||
	    PXO_STARTS(head, 6, 't', 'o', 'u', 'c', 'h', ' ', 0, 0) ||
	    PXO_STARTS(head, 5, 'i', 'n', 'c', 'r', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'd', 'e', 'c', 'r', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 7, 's', 't', 'a', 't', 's', '\r', '\n', 0) ||
	    PXO_STARTS(head, 6, 's', 't', 'a', 't', 's', ' ', 0, 0) ||
	    PXO_STARTS(head, 7, 'a', 'p', 'p', 'e', 'n', 'd', ' ', 0) ||
	    PXO_STARTS(head, 8, 'p', 'r', 'e', 'p', 'e', 'n', 'd', ' ') ||
	    PXO_STARTS(head, 4, 'c', 'a', 's', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 4, 'g', 'a', 't', ' ', 0, 0, 0, 0) ||
	    PXO_STARTS(head, 5, 'g', 'a', 't', 's', ' ', 0, 0, 0) ||
	    PXO_STARTS(head, 8, 'v', 'e', 'r', 's', 'i', 'o', 'n', '\r') ||
	    PXO_STARTS(head, 8, 'f', 'l', 'u', 's', 'h', '_', 'a', 'l'))
		return PXO_MESSAGE_REQUEST;
	/* Meta commands: mg, ms, md, ma, me and a key. */
	if (magic == 'm' && PXO_BYTE(head, 2) == ' ' && PXO_BYTE(head, 3) > ' ' &&
	    (PXO_BYTE(head, 1) == 'g' || PXO_BYTE(head, 1) == 's' || PXO_BYTE(head, 1) == 'd' ||
	     PXO_BYTE(head, 1) == 'a' || PXO_BYTE(head, 1) == 'e'))
		return PXO_MESSAGE_REQUEST;
	if (PXO_STARTS(head, 6, 'V', 'A', 'L', 'U', 'E', ' ', 0, 0) ||
	    PXO_STARTS(head, 8, 'S', 'T', 'O', 'R', 'E', 'D', '\r', '\n'))
		return PXO_MESSAGE_RESPONSE;
	return PXO_MESSAGE_NONE;
}

#endif
