/* SPDX-License-Identifier: Apache-2.0 */
/* 500 threads that do next to nothing every few milliseconds: some sleep, some hand a byte on. */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#define SLEEPING 400
#define PAIRS	 50
#define SLEEP_US 10000

static int pipes[PAIRS][2][2];

static __attribute__((noinline)) int rest(int us)
{
	return usleep(us) + 1;
}

static void *sleeper(void *number)
{
	for (;;)
		rest(SLEEP_US + 10 * (int)(uintptr_t)number);
	return 0;
}

static __attribute__((noinline)) int pass(int from, int to)
{
	char byte = 0;

	return read(from, &byte, 1) == 1 && write(to, &byte, 1) == 1;
}

static void *passer(void *number)
{
	int pair = (int)(uintptr_t)number / 2, side = (int)(uintptr_t)number % 2;

	while (pass(pipes[pair][side][0], pipes[pair][!side][1]))
		if (side)
			rest(SLEEP_US);
	return 0;
}

int main(void)
{
	pthread_t thread;

	for (uintptr_t i = 0; i < SLEEPING; i++)
		if (pthread_create(&thread, 0, sleeper, (void *)i))
			return 1;
	for (uintptr_t i = 0; i < 2 * PAIRS; i++) {
		int pair = (int)i / 2;

		if (i % 2 == 0 && (pipe(pipes[pair][0]) || pipe(pipes[pair][1])))
			return 1;
		if (pthread_create(&thread, 0, passer, (void *)i))
			return 1;
	}
	for (int pair = 0; pair < PAIRS; pair++)
		if (write(pipes[pair][0][1], "", 1) != 1)
			return 1;
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
