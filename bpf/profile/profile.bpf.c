/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the CPUs run: at each sample the stacks of the running thread, user part and kernel part, as
 * addresses. User space counts and names them.
 * Hooks: one perf event per CPU, opened by user space (a hardware counter, or the CPU clock).
 * Needs: bpf_get_stack. Output: pxo_samples (struct pxo_sample), pxo_profile_counters.
 */
#include "kernel.h"

#define PXO_STACK_FRAMES 127 /* kernel.perf_event_max_stack as it is by default */
#define PXO_STACK_BYTES	 (PXO_STACK_FRAMES * sizeof(__u64))

char LICENSE[] SEC("license") = "GPL";

/* user_bytes of addresses follow, innermost frame first, and behind them kernel_bytes. */
struct pxo_sample {
	__u64 timestamp_ns; /* CLOCK_BOOTTIME */
	__u64 start_ticks;  /* start_boottime of the process, in 10 ms */
	__u32 tgid;
	__u32 user_bytes;
	__u32 kernel_bytes;
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_sample) == 32, "ABI");

const struct pxo_sample *pxo_unused_sample __attribute__((unused));

enum pxo_profile_counter {
	PXO_SAMPLES = 0,      /* taken, idle CPUs left out */
	PXO_SAMPLES_LOST = 1, /* ring full */
	PXO_PROFILE_COUNTERS = 2,
};
const enum pxo_profile_counter *pxo_unused_profile_counter __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* replaced by user space */
} pxo_samples SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PXO_PROFILE_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} pxo_profile_counters SEC(".maps");

struct pxo_sample_buffer {
	struct pxo_sample sample;
	__u8 addresses[2 * PXO_STACK_BYTES];
};

/* Perf events of one CPU do not interrupt each other's programs: one buffer is enough. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct pxo_sample_buffer);
} pxo_sample_buffers SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_profile_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline __u32 stack_bytes(long result)
{
	return result < 0 ? 0 : result > PXO_STACK_BYTES ? PXO_STACK_BYTES : result;
}

SEC("perf_event")
int pxo_profile(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 id = bpf_get_current_pid_tgid();
	struct pxo_sample_buffer *buffer;
	struct pxo_sample *sample;
	__u32 zero = 0, user, kernel;

	if (!id) /* the idle task */
		return 0;
	buffer = bpf_map_lookup_elem(&pxo_sample_buffers, &zero);
	if (!buffer)
		return 0;
	sample = &buffer->sample;
	user = stack_bytes(
		bpf_get_stack(ctx, buffer->addresses, PXO_STACK_BYTES, BPF_F_USER_STACK));
	kernel = stack_bytes(bpf_get_stack(ctx, buffer->addresses + user, PXO_STACK_BYTES, 0));
	sample->timestamp_ns = bpf_ktime_get_boot_ns();
	sample->start_ticks = BPF_CORE_READ(task, group_leader, start_boottime) / 10000000;
	sample->tgid = id >> 32;
	sample->user_bytes = user;
	sample->kernel_bytes = kernel;
	sample->pad = 0;
	count(PXO_SAMPLES);
	if (bpf_ringbuf_output(&pxo_samples, buffer, sizeof(*sample) + user + kernel,
			       BPF_RB_NO_WAKEUP))
		count(PXO_SAMPLES_LOST);
	return 0;
}
