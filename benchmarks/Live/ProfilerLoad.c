/* SPDX-License-Identifier: Apache-2.0 */
/* 200 threads that want to run, with stacks of 3 to 34 functions that change all the time. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define THREADS 200
#define TURNS	2000 /* in a function, before it goes on */

static uint64_t down_a(uint64_t seed, int depth);
static uint64_t down_b(uint64_t seed, int depth);
static uint64_t down_c(uint64_t seed, int depth);

static uint64_t turn(uint64_t seed)
{
	for (int i = 0; i < TURNS; i++)
		seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return seed;
}

static __attribute__((noinline)) uint64_t down(uint64_t seed, int depth)
{
	uint64_t next = turn(seed);

	if (depth == 0)
		return next;
	switch (next >> 60 & 3) {
	case 0: return down_a(next, depth - 1) + 1;
	case 1: return down_b(next, depth - 1) + 2;
	default: return down_c(next, depth - 1) + 3;
	}
}

static __attribute__((noinline)) uint64_t down_a(uint64_t seed, int depth)
{
	return down(turn(seed), depth) ^ 1;
}

static __attribute__((noinline)) uint64_t down_b(uint64_t seed, int depth)
{
	return down(turn(seed) + 1, depth) ^ 2;
}

static __attribute__((noinline)) uint64_t down_c(uint64_t seed, int depth)
{
	return down(turn(seed) + 2, depth) ^ 3;
}

static void *run(void *number)
{
	volatile uint64_t result = (uintptr_t)number;

	for (;;)
		result = down(result, 16);
	return 0;
}

int main(void)
{
	pthread_t thread;

	for (uintptr_t i = 1; i < THREADS; i++)
		if (pthread_create(&thread, 0, run, (void *)i))
			return 1;
	puts("ready");
	fflush(stdout);
	run(0);
	return 0;
}
