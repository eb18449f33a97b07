/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Functions that report errors and call each other as those of BoringSSL do; none of its code.
 *
 *   PEEK_INSIDE   SSL_read contains SSL_peek instead of calling it
 *   TWO_WRITES    another function reports the errors of SSL_write
 *   READ_ONLY     SSL_read does not change what is to be read
 *   OTHER_ORDER   SSL_write comes before the function that reads
 *   FOUR          ERR_put_error lost the argument that nobody uses
 *   NO_FLUSH      nothing tells which of the functions that write is BIO_write
 */
#include <string.h>

#define APART __attribute__((noinline, noclone))
#ifdef PEEK_INSIDE
#define PEEK __attribute__((always_inline)) static inline
#else
#define PEEK APART
#endif
#ifdef OTHER_ORDER
#define WRITE_LINE 100
#else
#define WRITE_LINE 900
#endif
#ifdef FOUR
#define ERR_put_error(library, unused, reason, file, line) report(library, reason, file, line)
#endif
#define SSL(reason, line) ERR_put_error(16, 0, reason, "src/ssl/ssl_lib.cc", line)
#define BUFFER(reason, line) ERR_put_error(16, 0, reason, "src/ssl/ssl_buffer.cc", line)
#define BIO(reason, line) ERR_put_error(17, 0, reason, "src/crypto/bio/bio.c", line)

struct state {
	long first[9];
	const char *data;
	unsigned long bytes;
};

struct object {
	int (**method)(struct object *, const void *, int);
	int (*begin)(struct object *);
	struct state *state;
	int quic;
};

#ifdef FOUR
APART void report(int library, int reason, const char *file, unsigned line)
{
	__asm__ volatile("" : : "r"(library), "r"(reason), "r"(file), "r"(line) : "memory");
}
#else
APART void ERR_put_error(int library, int unused, int reason, const char *file, unsigned line)
{
	__asm__ volatile("" : : "r"(library), "r"(unused), "r"(reason), "r"(file), "r"(line) : "memory");
}
#endif

#define TRANSFER(name, line, slot)                                            \
	APART int name(struct object *o, const void *data, int bytes)         \
	{                                                                     \
		if (!o || !o->method) {                                       \
			BIO(115, line);                                       \
			return -2;                                            \
		}                                                             \
		if (!o->quic) {                                               \
			BIO(114, line + 4);                                   \
			return -2;                                            \
		}                                                             \
		bytes = o->method[slot](o, data, bytes);                      \
		o->state->first[slot] += bytes;                               \
		return bytes;                                                 \
	}
TRANSFER(BIO_read, 100, 3)
TRANSFER(BIO_gets, 120, 5)
TRANSFER(BIO_write, 140, 2)

APART int copy_of_write(struct object *o, const void *data, int bytes)
{
	int done = 0;

	while (done < bytes) {
		if (!o || !o->method) {
			BIO(115, 140);
			return -2;
		}
		if (!o->quic) {
			BIO(114, 144);
			return -2;
		}
		done += o->method[2](o, data, bytes - done);
	}
	return done;
}

APART int flush(struct object *o)
{
#ifndef NO_FLUSH
	if (!o->begin) {
		BUFFER(119, 290);
		return -1;
	}
#endif
	o->state->first[1] = 1;
	return BIO_write(o, o->state->data, o->state->bytes);
}

APART int SSL_do_handshake(struct object *o)
{
	o->state->first[0] = 0;
	if (!o->begin) {
		SSL(134, 700);
		return -1;
	}
	return o->begin(o);
}

APART static int read_on(struct object *o)
{
	int result;

	o->state->first[0] = 0;
	if (!o->begin) {
		SSL(226, 800);
		return -1;
	}
	while (!o->state->bytes) {
		result = SSL_do_handshake(o);
		if (result < 0)
			return result;
		if (!result) {
			SSL(215, 820);
			return -1;
		}
	}
	return 1;
}

PEEK int SSL_peek(struct object *o, void *buffer, int bytes)
{
	int result;

	if (o->quic) {
		SSL(66, 850);
		return -1;
	}
	result = read_on(o);
	if (result <= 0 || bytes <= 0)
		return result;
	if ((unsigned long)bytes > o->state->bytes)
		bytes = o->state->bytes;
	memcpy(buffer, o->state->data, bytes);
	return bytes;
}

APART int SSL_read(struct object *o, void *buffer, int bytes)
{
	int result = SSL_peek(o, buffer, bytes);

	if (result <= 0)
		return result;
#ifndef READ_ONLY
	o->state->data += result;
	o->state->bytes -= result;
#endif
	o->state->first[2]++;
	return result;
}

#define WRITES(name)                                                          \
	APART int name(struct object *o, const void *data, int bytes)         \
	{                                                                     \
		int result;                                                   \
		o->state->first[0] = 0;                                       \
		if (o->quic) {                                                \
			SSL(66, WRITE_LINE);                                  \
			return -1;                                            \
		}                                                             \
		if (!o->begin) {                                              \
			SSL(226, WRITE_LINE + 5);                             \
			return -1;                                            \
		}                                                             \
		result = SSL_do_handshake(o);                                 \
		if (result < 0)                                               \
			return result;                                        \
		if (!result) {                                                \
			SSL(215, WRITE_LINE + 20);                            \
			return -1;                                            \
		}                                                             \
		return o->method[1](o, data, bytes);                          \
	}
WRITES(SSL_write)
#ifdef TWO_WRITES
WRITES(another_write)
#endif

int main(int count, char **arguments)
{
	struct object o = { .quic = count };
	char buffer[16];
	int result = SSL_read(&o, buffer, count) + SSL_peek(&o, buffer, count) +
		     SSL_write(&o, arguments, count) + BIO_read(&o, buffer, count) +
		     BIO_gets(&o, buffer, count) + BIO_write(&o, buffer, count) +
		     copy_of_write(&o, buffer, count) + flush(&o);

#ifdef TWO_WRITES
	result += another_write(&o, arguments, count);
#endif
	return result;
}
