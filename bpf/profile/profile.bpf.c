/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the CPUs run: at each sample the stacks of the running thread, user part and kernel part.
 * User space finds callers without frame pointers, counts and names stacks. Hooks: one perf event
 * per CPU, opened by user space (a hardware counter, or the CPU clock). Needs: bpf_get_stack.
 * Output: pxo_samples (struct pxo_sample), pxo_profile_counters.
 */
#include "kernel.h"
#include "sample.h"
#include "take.h"

char LICENSE[] SEC("license") = "GPL";

const struct pxo_sample *pxo_unused_sample __attribute__((unused));
const struct pxo_registers *pxo_unused_registers __attribute__((unused));

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

/*
 * By CPU; too large for a per-CPU map. Perf events of one CPU do not interrupt each other's
 * programs: one buffer is enough.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1); /* replaced by user space: CPUs */
	__type(key, __u32);
	__type(value, struct pxo_sample_buffer);
} pxo_sample_buffers SEC(".maps");

#define PXO_PYTHON_PAGES PXO_COPY_PAGES

static __always_inline __u8 *python_room(__u32 cpu)
{
	struct pxo_sample_buffer *buffer = bpf_map_lookup_elem(&pxo_sample_buffers, &cpu);

	return buffer ? buffer->bytes : 0;
}

#include "python.h"

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_profile_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

/* User registers: those that were interrupted, or those that the kernel saved at its entry. */
static __always_inline void read_registers(struct pxo_perf_event *ctx, struct pxo_pt_regs *regs)
{
	if ((ctx->regs.cs & 3) == 3)
		*regs = ctx->regs;
	else if (bpf_probe_read_kernel(regs, sizeof(*regs),
				       saved_registers((void *)bpf_get_current_task())))
		regs->cs = 0;
}

SEC("perf_event")
int pxo_profile(struct pxo_perf_event *ctx)
{
	struct pxo_sample_buffer *buffer;
	struct pxo_pt_regs regs = {};
	__u32 cpu = bpf_get_smp_processor_id();
	__u64 filled, python;

	if (!bpf_get_current_pid_tgid()) /* the idle task */
		return 0;
	buffer = bpf_map_lookup_elem(&pxo_sample_buffers, &cpu);
	if (!buffer)
		return 0;
	read_registers(ctx, &regs);
	count(PXO_SAMPLES);
	filled = take(ctx, &buffer->sample, buffer->bytes, &regs, PXO_COPY_PAGES);
	python = pxo_python_frames(cpu, filled) & PXO_PYTHON_MASK; /* the verifier knows no less */
	buffer->sample.python_bytes = python;
	if (bpf_ringbuf_output(&pxo_samples, buffer, sizeof(buffer->sample) + filled + python,
			       BPF_RB_NO_WAKEUP))
		count(PXO_SAMPLES_LOST);
	return 0;
}
