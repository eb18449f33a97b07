/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the CPUs run: at each sample the stacks of the running thread, user part and kernel part.
 * User space finds callers without frame pointers, counts and names stacks. Hooks: one perf event
 * per CPU, opened by user space (a hardware counter, or the CPU clock). Needs: bpf_get_stack.
 * Output: pxo_samples (struct pxo_sample), pxo_profile_counters.
 */
#include "kernel.h"
#include "python.h"
#include "sample.h"

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

/* Processes whose code all keeps frame pointers, set by user space: framed_mark() by tgid. No
 * copies. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} pxo_framed_processes SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_profile_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline void set_process(struct pxo_sample *sample, struct task_struct *task)
{
	__u64 id = bpf_get_current_pid_tgid();

	sample->timestamp_ns = bpf_ktime_get_boot_ns();
	sample->start_ticks = BPF_CORE_READ(task, group_leader, start_boottime) / 10000000;
	sample->header_bytes = sizeof(*sample);
	sample->tgid = id >> 32;
	sample->tid = id;
	sample->exec_id = BPF_CORE_READ(task, self_exec_id);
}

static __always_inline __u64 framed_mark(const struct pxo_sample *sample)
{
	return sample->start_ticks << 16 | (sample->exec_id & 0xffff);
}

/* Registers and a copy of the user stack; bytes of the copy, 0 when the thread has none to copy. */
static __always_inline __u64 add_stack(struct pxo_sample_buffer *buffer, struct task_struct *task,
				       struct pxo_pt_regs *regs, __u64 at)
{
	struct pxo_sample *sample = &buffer->sample;
	__u32 tgid = sample->tgid;
	__u64 *framed;

	set_registers(&sample->registers, regs);
	if ((regs->cs & 0xffff) != USER64_CS || !regs->sp || !BPF_CORE_READ(task, mm)) {
		__builtin_memset(&sample->registers, 0, sizeof(sample->registers));
		return 0;
	}
	framed = bpf_map_lookup_elem(&pxo_framed_processes, &tgid);
	if (framed && *framed == framed_mark(sample))
		return 0;
	return copy_stack(buffer, at, regs->sp, copy_end(task, regs->sp));
}

/* Fills the buffer; bytes of it that are filled. */
static __always_inline __u64 take(void *ctx, struct pxo_sample_buffer *buffer,
				  struct pxo_pt_regs *regs)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pxo_sample *sample = &buffer->sample;
	__u64 user, kernel, python, stack;

	user = stack_bytes(bpf_get_stack(ctx, buffer->bytes, PXO_STACK_BYTES, BPF_F_USER_STACK));
	kernel = stack_bytes(bpf_get_stack(ctx, buffer->bytes + user, PXO_STACK_BYTES, 0));
	set_process(sample, task);
	python = python_frames(task, sample->tgid, buffer->bytes + user + kernel);
	stack = add_stack(buffer, task, regs, user + kernel + python);
	sample->user_bytes = user;
	sample->kernel_bytes = kernel;
	sample->python_bytes = python;
	sample->stack_bytes = stack;
	return sizeof(*sample) + user + kernel + python + stack;
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

	if (!bpf_get_current_pid_tgid()) /* the idle task */
		return 0;
	buffer = bpf_map_lookup_elem(&pxo_sample_buffers, &cpu);
	if (!buffer)
		return 0;
	read_registers(ctx, &regs);
	count(PXO_SAMPLES);
	if (bpf_ringbuf_output(&pxo_samples, buffer, take(ctx, buffer, &regs), BPF_RB_NO_WAKEUP))
		count(PXO_SAMPLES_LOST);
	return 0;
}
