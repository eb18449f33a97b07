/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What TlsCallBench measures: two TLS connections of one thread over loopback, one through SSL_read and SSL_write, one
 * through SSL_read_ex and SSL_write_ex; and functions of two or three instructions, one per kind of probe site.
 * Lines of input: "read N", "read_ex N", "SITE N" (SITE: name of a function below). Answers with the thread's CPU time
 * in ns of N turns: a turn is a request and an answer (four calls), or one call of the function.
 * Built without OpenSSL's headers, against the library as installed.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

void *TLS_client_method(void), *TLS_server_method(void), *SSL_CTX_new(void *), *SSL_new(void *);
int SSL_CTX_use_certificate_chain_file(void *, const char *), SSL_CTX_use_PrivateKey_file(void *, const char *, int);
int SSL_set_fd(void *, int), SSL_do_handshake(void *), SSL_read(void *, void *, int), SSL_write(void *, const void *, int);
int SSL_read_ex(void *, void *, size_t, size_t *), SSL_write_ex(void *, const void *, size_t, size_t *);
void SSL_set_connect_state(void *), SSL_set_accept_state(void *);

#define SITE(name, body)                                                                                               \
	__attribute__((naked, noinline)) void name(void)                                                               \
	{                                                                                                              \
		__asm__ volatile(body);                                                                                \
	}
SITE(site_jump, "jz 1f\n1: ret")
SITE(site_call, "call 1f\nret\n1: ret")
SITE(site_nop, "nop\nret")
SITE(site_push, "push %rbx\npop %rbx\nret")
SITE(site_ret, "ret")
SITE(site_sub, "sub $8, %rsp\nadd $8, %rsp\nret")

static const struct {
	const char *name;
	void (*call)(void);
} sites[] = { { "site_jump", site_jump }, { "site_call", site_call }, { "site_nop", site_nop },
	      { "site_push", site_push }, { "site_ret", site_ret },   { "site_sub", site_sub } };

static const char request[] = "GET /bench HTTP/1.1\r\nHost: localhost\r\n\r\n";
static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

struct pair {
	void *client, *server;
	int is_ex;
};

static void check(int holds, const char *what)
{
	if (!holds) {
		perror(what);
		exit(1);
	}
}

static int accepted(int *client)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t bytes = sizeof(address);
	int listener = socket(AF_INET, SOCK_STREAM, 0), server, one = 1;

	check(!bind(listener, (void *)&address, bytes) && !listen(listener, 1), "listen");
	getsockname(listener, (void *)&address, &bytes);
	*client = socket(AF_INET, SOCK_STREAM, 0);
	check(!connect(*client, (void *)&address, bytes), "connect");
	server = accept(listener, 0, 0);
	check(server >= 0, "accept");
	setsockopt(*client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	close(listener);
	return server;
}

static struct pair connect_pair(void *client_context, void *server_context, int is_ex)
{
	struct pair pair = { SSL_new(client_context), SSL_new(server_context), is_ex };
	int client, server = accepted(&client), done[2] = { 0, 0 };

	SSL_set_fd(pair.client, client);
	SSL_set_fd(pair.server, server);
	SSL_set_connect_state(pair.client);
	SSL_set_accept_state(pair.server);
	fcntl(client, F_SETFL, O_NONBLOCK);
	fcntl(server, F_SETFL, O_NONBLOCK);
	for (int i = 0; i < 1000 && (done[0] != 1 || done[1] != 1); i++) {
		done[0] = SSL_do_handshake(pair.client);
		done[1] = SSL_do_handshake(pair.server);
	}
	check(done[0] == 1 && done[1] == 1, "handshake");
	fcntl(client, F_SETFL, 0);
	fcntl(server, F_SETFL, 0);
	return pair;
}

static void move(void *from, void *to, const char *text, int bytes, int is_ex)
{
	char buffer[256];
	size_t moved = 0;

	if (is_ex) {
		check(SSL_write_ex(from, text, bytes, &moved) == 1, "SSL_write_ex");
		check(SSL_read_ex(to, buffer, sizeof(buffer), &moved) == 1 && (int)moved == bytes, "SSL_read_ex");
	} else {
		check(SSL_write(from, text, bytes) == bytes, "SSL_write");
		check(SSL_read(to, buffer, sizeof(buffer)) == bytes, "SSL_read");
	}
}

static long long cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void run(const char *what, long turns, const struct pair *pairs)
{
	long long start = cpu_ns();

	if (!strncmp(what, "read", 4)) {
		const struct pair *pair = &pairs[!strcmp(what, "read_ex")];

		for (long i = 0; i < turns; i++) {
			move(pair->client, pair->server, request, sizeof(request) - 1, pair->is_ex);
			move(pair->server, pair->client, answer, sizeof(answer) - 1, pair->is_ex);
		}
	}
	for (size_t s = 0; s < sizeof(sites) / sizeof(*sites); s++) {
		if (strcmp(what, sites[s].name))
			continue;
		for (long i = 0; i < turns; i++)
			sites[s].call();
	}
	printf("%lld\n", cpu_ns() - start);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	void *client = SSL_CTX_new(TLS_client_method()), *server = SSL_CTX_new(TLS_server_method());
	struct pair pairs[2];
	char what[32];
	long turns;

	check(argc == 2 && SSL_CTX_use_certificate_chain_file(server, argv[1]) == 1 &&
		      SSL_CTX_use_PrivateKey_file(server, argv[1], 1) == 1,
	      "certificate");
	for (int i = 0; i < 2; i++)
		pairs[i] = connect_pair(client, server, i);
	while (scanf("%31s %ld", what, &turns) == 2)
		run(what, turns, pairs);
	return 0;
}
