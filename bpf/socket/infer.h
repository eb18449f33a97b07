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
 * A further protocol is one function in infer_text.h or infer_binary.h, a PXO_TEST and a PXO_TRY
 * line.
 */
#ifndef PXO_INFER_H
#define PXO_INFER_H

#include "infer_binary.h"
#include "infer_text.h"

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
PXO_TEST(infer_http2_frame)
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
	PXO_TRY(infer_http2_frame, PXO_PROTOCOL_HTTP2)
#undef PXO_TRY
	return PXO_MESSAGE_NONE;
}

#endif
