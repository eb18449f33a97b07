/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * One sample of a thread: who, its stacks as addresses, its user registers, and a copy of its user
 * stack from which user space finds the callers of code without frame pointers. C# counterpart:
 * src/NodeProbe/Profiles/SampleHeader.cs; a test compares both with BTF.
 */
#ifndef PXO_SAMPLE_H
#define PXO_SAMPLE_H

#define PXO_STACK_FRAMES 127 /* kernel.perf_event_max_stack as it is by default */
#define PXO_STACK_BYTES	 (PXO_STACK_FRAMES * sizeof(__u64))
#define PXO_PAGE_BYTES	 4096
#define PXO_COPY_PAGES	 9 /* pieces of a copy: 32 KiB that start anywhere in a page */

#define PXO_PYTHON_FRAMES 128 /* of a sample; those beyond, at the root, are left out */
#define PXO_PYTHON_BYTES  (PXO_PYTHON_FRAMES * sizeof(__u64))
#define PXO_PYTHON_MASK	  (2 * PXO_PYTHON_BYTES - 1)

/* Of the addresses and a copy of so many pieces. */
#define PXO_SECTIONS_BYTES(pages) (2 * PXO_STACK_BYTES + (pages)*PXO_PAGE_BYTES)

/* Room for all sections: a check against the mask bounds the last one. */
#define PXO_ROOM_BYTES(pages) (PXO_SECTIONS_BYTES(pages) + 2 * PXO_PYTHON_BYTES)

/* The compiler knows no more about the variable, so that it keeps checks that follow. */
#define PXO_FORGET(variable) __asm__ volatile("" : "+r"(variable))

/* Of user space, at the sample or at the entry into the kernel; all zero when there are none. */
struct pxo_registers {
	__u64 pc;
	__u64 sp;
	__u64 bp;
	__u64 bx;
	__u64 r12;
	__u64 r13;
	__u64 r14;
	__u64 r15;
};
_Static_assert(sizeof(struct pxo_registers) == 64, "ABI");

/*
 * What follows the header: user_bytes of addresses, innermost frame first, then kernel_bytes of
 * them, then stack_bytes of the user stack from registers.sp on, then python_bytes of frames
 * (python.h). Extensible: the header may grow at its end and readers skip header_bytes, not what
 * they know; a further section comes last, with its length in the header.
 */
struct pxo_sample {
	__u64 timestamp_ns; /* CLOCK_BOOTTIME */
	__u64 start_ticks;  /* start_boottime of the process, in 10 ms */
	__u32 header_bytes; /* sizeof(struct pxo_sample) */
	__u32 tgid;
	__u32 tid;
	__u32 exec_id; /* grows with each exec of the process: other code at the same addresses */
	__u32 user_bytes;
	__u32 kernel_bytes;
	__u32 stack_bytes;
	__u32 python_bytes; /* python.h */
	struct pxo_registers registers;
};
_Static_assert(sizeof(struct pxo_sample) == 112, "ABI");

struct pxo_sample_buffer {
	struct pxo_sample sample;
	__u8 bytes[PXO_ROOM_BYTES(PXO_COPY_PAGES)];
};

/* Bytes of a user stack that a sample takes at most, 0: none; a multiple of a page, up to 32 KiB.
 */
const volatile __u32 pxo_copy_bytes = 0;

/* struct pt_regs, whose order of fields is user ABI on x86-64. */
struct pxo_pt_regs {
	__u64 r15, r14, r13, r12, bp, bx, r11, r10, r9, r8;
	__u64 ax, cx, dx, si, di, orig_ax, ip, cs, flags, sp, ss;
};
_Static_assert(sizeof(struct pxo_pt_regs) == PT_REGS_BYTES, "ABI");

/* struct bpf_perf_event_data of the user ABI, as far as it is used. */
struct pxo_perf_event {
	struct pxo_pt_regs regs;
};

static __always_inline __u32 stack_bytes(long result)
{
	return result < 0 ? 0 : result > PXO_STACK_BYTES ? PXO_STACK_BYTES : result;
}

/* Where the kernel saved the user registers of the current thread. */
static __always_inline void *saved_registers(struct task_struct *task)
{
	if (PXO_HAS_TASK_PT_REGS)
		return (void *)bpf_task_pt_regs(bpf_get_current_task_btf());
	return BPF_CORE_READ(task, stack) + THREAD_BYTES - PT_REGS_BYTES;
}

static __always_inline void set_registers(struct pxo_registers *to, const struct pxo_pt_regs *from)
{
	to->pc = from->ip;
	to->sp = from->sp;
	to->bp = from->bp;
	to->bx = from->bx;
	to->r12 = from->r12;
	to->r13 = from->r13;
	to->r14 = from->r14;
	to->r15 = from->r15;
}

/* First address behind what a copy may take: below the program's arguments and environment. */
static __always_inline __u64 copy_end(struct task_struct *task, __u64 sp)
{
	__u64 bottom = BPF_CORE_READ(task, mm, start_stack);
	__u64 bytes = pxo_copy_bytes;

	if (sp < bottom && bottom - sp < bytes)
		bytes = bottom - sp;
	return sp + bytes;
}

/*
 * Copies from an address to the end of its page, or to `end`; bytes of it, 0 when they are not in
 * memory. A function of its own: the verifier of 5.10 forgets the bound of a length that had to
 * leave its register.
 */
static __noinline __u64 copy_piece(void *to, __u64 from, __u64 end)
{
	__u64 bytes = PXO_PAGE_BYTES - (from & (PXO_PAGE_BYTES - 1));

	if (from >= end)
		return 0;
	if (bytes > end - from)
		bytes = end - from;
	PXO_FORGET(bytes);
	if (bytes > PXO_PAGE_BYTES || bpf_probe_read_user(to, bytes, (void *)from))
		return 0;
	PXO_FORGET(bytes);
	return bytes > PXO_PAGE_BYTES ? 0 : bytes;
}

/* Copies the user stack, page by page as far as it is in memory; bytes of it. */
static __always_inline __u64 copy_stack(__u8 *to, __u64 sp, __u64 end, int pages)
{
	__u64 copied = 0, bytes;
	int i;

#pragma unroll
	for (i = 0; i < PXO_COPY_PAGES; i++) {
		if (i >= pages)
			break;
		bytes = copy_piece(to + copied, sp + copied, end);
		if (!bytes)
			break;
		copied += bytes;
	}
	return copied;
}

#endif
