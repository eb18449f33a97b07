/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * A library with OpenSSL's names that encrypts nothing, for tests of the self-test:
 *
 *   UNSEEN    its SSL_write is not marked as a function: with own_library_static.c only that one is
 *   HANGS     does not end its constructor unless PXO_CALM is set
 *   ABORTS    ends the process in its constructor unless PXO_CALM is set
 *   CONFINED  the same, unless the process is confined as a self-test is
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

struct end {
	struct end *peer;
	char data[8192];
	int bytes;
};

static struct end *last;

extern char **environ;

#define NOBODY 65534

static unsigned long limit_of(int resource)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) || limit.rlim_cur != limit.rlim_max)
		return RLIM_INFINITY;
	return limit.rlim_max;
}

__attribute__((unused)) static int is_confined(void)
{
	uid_t users[3];
	gid_t groups[3];
	char **variable;
	int i;

	for (variable = environ; *variable; variable++)
		if (strncmp(*variable, "DOTNET_", 7))
			return 0;
	if (getresuid(users, users + 1, users + 2) || getresgid(groups, groups + 1, groups + 2))
		return 0;
	for (i = 0; i < 3; i++)
		if (users[i] != NOBODY || groups[i] != NOBODY)
			return 0;
	if (limit_of(RLIMIT_CORE) || limit_of(RLIMIT_FSIZE) || limit_of(RLIMIT_CPU) > 5)
		return 0;
	return limit_of(RLIMIT_NOFILE) <= 64 && limit_of(RLIMIT_AS) < RLIM_INFINITY &&
	       getgroups(0, 0) == 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 &&
	       open("/proc/1/environ", O_RDONLY) < 0;
}

__attribute__((constructor)) static void begin(void)
{
	if (getenv("PXO_CALM"))
		return;
#ifdef HANGS
	for (;;)
		pause();
#endif
#ifdef ABORTS
	abort();
#endif
#ifdef CONFINED
	if (!is_confined())
		abort();
#endif
}

int OPENSSL_init_ssl(unsigned long long options, void *settings)
{
	return 1;
}

void *TLS_method(void)
{
	return &last;
}

void *BIO_s_mem(void)
{
	return &last;
}

void *BIO_new(void *kind)
{
	return kind;
}

void *SSL_CTX_new(void *method)
{
	return method;
}

void SSL_CTX_set_psk_client_callback(void *context, void *callback)
{
}

void SSL_CTX_set_psk_server_callback(void *context, void *callback)
{
}

int SSL_CTX_set_cipher_list(void *context, const char *ciphers)
{
	return 1;
}

long SSL_CTX_ctrl(void *context, int what, long number, void *more)
{
	return 1;
}

/* The second end is the peer of the first. */
void *SSL_new(void *context)
{
	struct end *end = calloc(1, sizeof(*end));

	end->peer = last;
	if (last)
		last->peer = end;
	last = end;
	return end;
}

void SSL_set_bio(void *end, void *in, void *out)
{
}

void SSL_set_connect_state(void *end)
{
}

void SSL_set_accept_state(void *end)
{
}

int SSL_do_handshake(void *end)
{
	return 1;
}

int SSL_read(struct end *end, void *buffer, int bytes)
{
	int moved = end->bytes < bytes ? end->bytes : bytes;

	if (moved == 0)
		return -1;
	memcpy(buffer, end->data, moved);
	end->bytes = 0;
	return moved;
}

__attribute__((used, visibility("hidden"))) int write_now(struct end *end, const void *buffer,
							  int bytes)
{
	memcpy(end->peer->data, buffer, bytes);
	end->peer->bytes = bytes;
	return bytes;
}

#ifdef UNSEEN
__asm__(".globl SSL_write\nSSL_write: jmp write_now");
#else
int SSL_write(struct end *end, const void *buffer, int bytes)
{
	return write_now(end, buffer, bytes);
}
#endif
