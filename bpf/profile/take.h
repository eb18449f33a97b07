/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Takes a sample of the current thread: what all programs that sample do. */
#ifndef PXO_TAKE_H
#define PXO_TAKE_H

/* Processes whose code all keeps frame pointers, set by user space: framed_mark() by tgid. No
 * copies. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32);
	__type(value, __u64);
} pxo_framed_processes SEC(".maps");

static __always_inline void set_process(struct pxo_sample *sample, struct task_struct *task)
{
	__u64 id = bpf_get_current_pid_tgid();

	sample->timestamp_ns = bpf_ktime_get_boot_ns();
	sample->start_ticks = BPF_CORE_READ(task, group_leader, start_boottime) / 10000000;
	sample->header_bytes = sizeof(*sample);
	sample->tgid = id >> 32;
	sample->tid = id;
	sample->exec_id = BPF_CORE_READ(task, self_exec_id);
	sample->python_bytes = 0;
}

static __always_inline __u64 framed_mark(const struct pxo_sample *sample)
{
	return sample->start_ticks << 16 | (sample->exec_id & 0xffff);
}

/* Registers and a copy of the user stack; bytes of the copy, 0 when the thread has none to copy. */
static __always_inline __u64 add_stack(struct pxo_sample *sample, struct task_struct *task,
				       struct pxo_pt_regs *regs, __u8 *to, int pages)
{
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
	return copy_stack(to, regs->sp, copy_end(task, regs->sp), pages);
}

/*
 * Fills a sample of the current thread and the sections that follow it; bytes of the sections.
 * `bytes` has room for two stacks and `pages` pages, a constant.
 */
static __always_inline __u64 take(void *ctx, struct pxo_sample *sample, __u8 *bytes,
				  struct pxo_pt_regs *regs, int pages)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 user, kernel, stack;

	user = stack_bytes(bpf_get_stack(ctx, bytes, PXO_STACK_BYTES, BPF_F_USER_STACK));
	kernel = stack_bytes(bpf_get_stack(ctx, bytes + user, PXO_STACK_BYTES, 0));
	set_process(sample, task);
	stack = add_stack(sample, task, regs, bytes + user + kernel, pages);
	sample->user_bytes = user;
	sample->kernel_bytes = kernel;
	sample->stack_bytes = stack;
	return user + kernel + stack;
}

#endif
