/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Where threads wait: the stack with which a thread leaves its CPU, and how long it stays away.
 * Hook: raw tracepoint sched_switch. Needs: bpf_get_stack. Output: pxo_wait_samples (struct
 * pxo_wait), pxo_wait_counters. Stacks are taken before it is known how long the wait will be; each
 * CPU takes some thousand a second at most, and no more bytes than the ring has room for, above
 * that one in so many by chance, and a wait stands for so many then (weight).
 */
#include "kernel.h"
#include "sample.h"
#include "take.h"

#define PF_KTHREAD     0x00200000
#define PXO_WAIT_PAGES 3 /* pieces of a copy: 8 KiB that start anywhere in a page */
#define PXO_WINDOW_NS  100000000

char LICENSE[] SEC("license") = "GPL";

/* A sample whose header has grown; its timestamp is the begin of the wait. */
struct pxo_wait {
	struct pxo_sample sample; /* header_bytes is sizeof(struct pxo_wait) */
	__u64 duration_ns;
	__u32 weight; /* waits that this one stands for */
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_wait) == 128, "ABI");

const struct pxo_wait *pxo_unused_wait __attribute__((unused));

enum pxo_wait_counter {
	PXO_WAITS_TAKEN = 0,	/* stacks of threads that left their CPU */
	PXO_WAITS_RETURNED = 1, /* of these, threads that came back */
	PXO_WAITS_LOST = 2,	/* ring full */
	PXO_WAIT_COUNTERS = 3,
};
const enum pxo_wait_counter *pxo_unused_wait_counter __attribute__((unused));

/* Shorter waits are not told of. */
const volatile __u64 pxo_min_wait_ns = 0;

/* Stacks that a CPU takes in a window of 100 ms. */
const volatile __u32 pxo_waits_per_window = 0;

/* And their bytes. */
const volatile __u32 pxo_bytes_per_window = 0;

struct pxo_waiting {
	__u32 is_waiting;
	__u32 filled; /* bytes of `bytes` */
	struct pxo_wait wait;
	__u8 bytes[PXO_ROOM_BYTES(PXO_WAIT_PAGES)];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* replaced by user space */
} pxo_wait_samples SEC(".maps");

/* By thread. The one that has not switched for the longest goes first: TAKEN and RETURNED tell how
 * many. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1); /* replaced by user space */
	__type(key, __u32);
	__type(value, struct pxo_waiting);
} pxo_waiting_threads SEC(".maps");

/* All zero: what a thread starts with in the map. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pxo_waiting);
} pxo_no_wait SEC(".maps");

struct pxo_window {
	__u64 start_ns;
	__u32 switches;
	__u32 every; /* one in so many switches is taken */
	__u64 bytes; /* of the stacks that were taken */
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pxo_window);
} pxo_windows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PXO_WAIT_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} pxo_wait_counters SEC(".maps");

#define PXO_PYTHON_PAGES PXO_WAIT_PAGES

static __always_inline __u8 *python_room(__u32 tid)
{
	struct pxo_waiting *waiting = bpf_map_lookup_elem(&pxo_waiting_threads, &tid);

	return waiting ? waiting->bytes : 0;
}

#include "python.h"

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_wait_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* One in so many of the next window, if that is as this one was. */
static __always_inline __u32 next_every(const struct pxo_window *window, __u64 duration_ns)
{
	__u64 by_count, by_bytes;

	if (duration_ns >= 2 * PXO_WINDOW_NS)
		return 1; /* after a pause this one's switches are not those of a window */
	by_count = 1 + window->switches / pxo_waits_per_window;
	by_bytes = 1 + window->bytes * window->every / pxo_bytes_per_window;
	return by_count > by_bytes ? by_count : by_bytes;
}

static __always_inline void add_bytes(__u64 bytes)
{
	__u32 zero = 0;
	struct pxo_window *window = bpf_map_lookup_elem(&pxo_windows, &zero);

	if (window)
		window->bytes += bytes;
}

/* Waits that the present one stands for, 0 when it is not taken. */
static __always_inline __u32 weight_of(__u64 now)
{
	__u32 zero = 0, every;
	struct pxo_window *window = bpf_map_lookup_elem(&pxo_windows, &zero);

	if (!window || !pxo_waits_per_window || !pxo_bytes_per_window)
		return 0;
	if (now - window->start_ns >= PXO_WINDOW_NS) {
		window->every = next_every(window, now - window->start_ns);
		window->start_ns = now;
		window->switches = 0;
		window->bytes = 0;
	}
	window->switches++;
	every = window->every;
	return every <= 1 ? 1 : bpf_get_prandom_u32() % every ? 0 : every;
}

static __always_inline struct pxo_waiting *waiting_of(__u32 tid)
{
	struct pxo_waiting *waiting = bpf_map_lookup_elem(&pxo_waiting_threads, &tid);
	__u32 zero = 0;
	void *none;

	if (waiting)
		return waiting;
	none = bpf_map_lookup_elem(&pxo_no_wait, &zero);
	if (!none || bpf_map_update_elem(&pxo_waiting_threads, &tid, none, BPF_ANY))
		return 0;
	return bpf_map_lookup_elem(&pxo_waiting_threads, &tid);
}

static __always_inline void leave(void *ctx, struct task_struct *task, __u64 now)
{
	struct pxo_waiting *waiting;
	struct pxo_pt_regs regs = {};
	__u32 weight, tid = BPF_CORE_READ(task, pid);
	__u64 filled, python;

	if (!tid || (BPF_CORE_READ(task, flags) & PF_KTHREAD) || BPF_CORE_READ(task, exit_state))
		return;
	weight = weight_of(now);
	if (!weight)
		return;
	waiting = waiting_of(tid);
	if (!waiting)
		return;
	if (bpf_probe_read_kernel(&regs, sizeof(regs), saved_registers(task)))
		return;
	filled = take(ctx, &waiting->wait.sample, waiting->bytes, &regs, PXO_WAIT_PAGES);
	python = pxo_python_frames(tid, filled) & PXO_PYTHON_MASK; /* the verifier knows no less */
	waiting->wait.sample.python_bytes = python;
	waiting->filled = filled + python;
	waiting->wait.sample.header_bytes = sizeof(waiting->wait);
	waiting->wait.weight = weight;
	waiting->is_waiting = 1;
	add_bytes(sizeof(waiting->wait) + waiting->filled);
	count(PXO_WAITS_TAKEN);
}

static __always_inline void enter(struct task_struct *task, __u64 now)
{
	__u32 tid = BPF_CORE_READ(task, pid);
	struct pxo_waiting *waiting;
	__u64 filled;

	if (!tid)
		return;
	waiting = bpf_map_lookup_elem(&pxo_waiting_threads, &tid);
	if (!waiting || !waiting->is_waiting)
		return;
	waiting->is_waiting = 0;
	count(PXO_WAITS_RETURNED);
	waiting->wait.duration_ns = now - waiting->wait.sample.timestamp_ns;
	if (waiting->wait.duration_ns < pxo_min_wait_ns)
		return;
	filled = waiting->filled;
	if (filled > sizeof(waiting->bytes))
		return;
	if (bpf_ringbuf_output(&pxo_wait_samples, &waiting->wait, sizeof(waiting->wait) + filled,
			       BPF_RB_NO_WAKEUP))
		count(PXO_WAITS_LOST);
}

SEC("raw_tp/sched_switch")
int pxo_switch(__u64 *ctx)
{
	__u64 now = bpf_ktime_get_boot_ns();

	enter((void *)ctx[2], now);
	leave(ctx, (void *)ctx[1], now);
	return 0;
}
