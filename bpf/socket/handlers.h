/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What each syscall means, on its return. The arguments are still in the registers that the task
 * saved at entry, so no entry hook and no map of pending calls is needed. close too is seen on
 * return: by then the fd may be somebody else's, which the address of its file tells.
 */
#ifndef PXO_HANDLERS_H
#define PXO_HANDLERS_H

/* Numbers of the x86-64 syscall table. */
enum pxo_syscall {
	NR_READ = 0,
	NR_WRITE = 1,
	NR_CLOSE = 3,
	NR_MMAP = 9,
	NR_READV = 19,
	NR_WRITEV = 20,
	NR_DUP2 = 33,
	NR_SENDFILE = 40,
	NR_CONNECT = 42,
	NR_ACCEPT = 43,
	NR_SENDTO = 44,
	NR_RECVFROM = 45,
	NR_SENDMSG = 46,
	NR_RECVMSG = 47,
	NR_SPLICE = 275,
	NR_ACCEPT4 = 288,
	NR_DUP3 = 292,
	NR_RECVMMSG = 299,
	NR_SENDMMSG = 307,
	NR_IO_URING_SETUP = 425,
	NR_CLOSE_RANGE = 436,
};

#define PXO_MESSAGES_MAX 64 /* of one sendmmsg or recvmmsg */

struct arguments {
	__u64 di, si, dx, r10, r8;
};

/* Processes that set up io_uring: their traffic may not be seen. Read by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);   /* tgid */
	__type(value, __u64); /* time of the latest set-up, boottime ns */
} pxo_io_uring_tgids SEC(".maps");

static __always_inline int on_messages(__u32 fd, __u64 messages, __u64 number, __u32 shape)
{
	for (int i = 0; i < PXO_MESSAGES_MAX; i++) {
		__u64 message = messages + i * PXO_MMSG_BYTES;
		__u32 bytes = 0;

		if (i >= number)
			return 0;
		if (bpf_probe_read_user(&bytes, sizeof(bytes),
					(void *)(message + PXO_MMSG_LENGTH_AT))) {
			count(PXO_USER_FAULT, 1);
			return 0;
		}
		if (bytes)
			pxo_transfer(fd, message, 0, bytes, shape | PXO_MESSAGE);
	}
	count(PXO_MESSAGES_CUT, number - PXO_MESSAGES_MAX);
	return 0;
}

static __always_inline int on_received(__u32 fd, __u64 address, __u64 extra, __u64 bytes,
				       __u32 flags, __u32 shape)
{
	if (flags & (MSG_PEEK | MSG_ERRQUEUE))
		return 0;
	if (flags & MSG_TRUNC)
		shape = (shape & ~PXO_MESSAGE) | PXO_NO_MEMORY;
	return pxo_transfer(fd, address, extra, bytes, shape | PXO_INBOUND);
}

static __always_inline int on_io_uring(void)
{
	__u32 tgid = current_tgid();
	__u64 now = bpf_ktime_get_boot_ns();

	count(PXO_IO_URING, 1);
	bpf_map_update_elem(&pxo_io_uring_tgids, &tgid, &now, BPF_ANY);
	return 0;
}

/* Calls that change which fd is which; ret >= 0. */
static __always_inline int on_descriptor_call(__u32 nr, const struct arguments *args, __s64 ret)
{
	switch (nr) {
	case NR_CLOSE:
		return pxo_close(args->di, 1);
	case NR_DUP2:
	case NR_DUP3:
		return pxo_close(args->si, 1);
	case NR_CLOSE_RANGE:
		return pxo_close_range(args->di, args->si, 1);
	case NR_ACCEPT:
	case NR_ACCEPT4:
		return pxo_open(ret, PXO_ROLE_SERVER);
	case NR_CONNECT:
		return pxo_open(args->di, PXO_ROLE_CLIENT);
	case NR_IO_URING_SETUP:
		return on_io_uring();
	case NR_MMAP:
		if (pxo_settings.tls && is_code(args->dx, args->r10))
			tell_mapped(args->r8);
		return 0;
	default:
		return 0;
	}
}

/* Calls that moved ret > 0 bytes or messages. */
static __always_inline int on_data_call(__u32 nr, const struct arguments *args, __s64 ret)
{
	switch (nr) {
	case NR_READ:
		return pxo_transfer(args->di, args->si, 0, ret, PXO_INBOUND);
	case NR_WRITE:
		return pxo_transfer(args->di, args->si, 0, ret, PXO_BUFFER);
	case NR_READV:
		return pxo_transfer(args->di, args->si, args->dx, ret, PXO_VECTOR | PXO_INBOUND);
	case NR_WRITEV:
		return pxo_transfer(args->di, args->si, args->dx, ret, PXO_VECTOR);
	case NR_SENDTO:
		return pxo_transfer(args->di, args->si, args->r8, ret, PXO_BUFFER);
	case NR_RECVFROM:
		return on_received(args->di, args->si, args->r8, ret, args->r10, PXO_BUFFER);
	case NR_SENDMSG:
		return pxo_transfer(args->di, args->si, 0, ret, PXO_MESSAGE);
	case NR_RECVMSG:
		return on_received(args->di, args->si, 0, ret, args->dx, PXO_MESSAGE);
	case NR_SENDMMSG:
		return on_messages(args->di, args->si, ret, 0);
	case NR_RECVMMSG:
		if (args->r10 & (MSG_PEEK | MSG_ERRQUEUE))
			return 0;
		return on_messages(args->di, args->si, ret, PXO_INBOUND);
	case NR_SENDFILE:
		return pxo_transfer(args->di, 0, 0, ret, PXO_NO_MEMORY);
	case NR_SPLICE:
		pxo_transfer(args->di, 0, 0, ret, PXO_NO_MEMORY | PXO_INBOUND);
		return pxo_transfer(args->dx, 0, 0, ret, PXO_NO_MEMORY);
	default:
		return 0;
	}
}

enum call_class { CALL_OTHER = 0, CALL_DATA = 1, CALL_DESCRIPTOR = 2 };

static __always_inline enum call_class class_of(__u32 nr)
{
	switch (nr) {
	case NR_READ:
	case NR_WRITE:
	case NR_READV:
	case NR_WRITEV:
	case NR_SENDTO:
	case NR_RECVFROM:
	case NR_SENDMSG:
	case NR_RECVMSG:
	case NR_SENDMMSG:
	case NR_RECVMMSG:
	case NR_SENDFILE:
	case NR_SPLICE:
		return CALL_DATA;
	case NR_CLOSE:
	case NR_DUP2:
	case NR_DUP3:
	case NR_CLOSE_RANGE:
	case NR_ACCEPT:
	case NR_ACCEPT4:
	case NR_CONNECT:
	case NR_IO_URING_SETUP:
	case NR_MMAP:
		return CALL_DESCRIPTOR;
	default:
		return CALL_OTHER;
	}
}

/* Did the call do something? */
static __always_inline int took_effect(__u32 nr, enum call_class class, __s64 ret)
{
	if (class == CALL_DATA)
		return ret > 0;
	if (nr == NR_CONNECT)
		return ret == 0 || ret == -EINPROGRESS || ret == -EINTR;
	return ret >= 0 || nr == NR_CLOSE;
}

static __always_inline int on_call(__u32 nr, enum call_class class, const struct arguments *args,
				   __s64 ret)
{
	if (!in_scope(current_tgid()))
		return 0;
	if (class == CALL_DATA)
		return on_data_call(nr, args, ret);
	return on_descriptor_call(nr, args, ret);
}

/* A call returns; regs is what the task saved at entry, a pointer that the verifier knows. */
static __always_inline int on_return(const struct pt_regs *regs, __s64 ret)
{
	struct arguments args;
	__u32 nr = regs->orig_ax;
	enum call_class class = class_of(nr);

	if (class == CALL_OTHER || !took_effect(nr, class, ret) || regs->cs != USER64_CS)
		return 0;
	args.di = regs->di;
	args.si = regs->si;
	args.dx = regs->dx;
	args.r10 = regs->r10;
	args.r8 = regs->r8;
	return on_call(nr, class, &args, ret);
}

/* The same before 5.15, where the registers have to be found at the top of the kernel stack. */
static __always_inline int on_return_old(__s64 ret)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pt_regs *regs = BPF_CORE_READ(task, stack) + THREAD_BYTES - PT_REGS_BYTES;
	struct arguments args;
	__u32 nr = BPF_CORE_READ(regs, orig_ax);
	enum call_class class = class_of(nr);

	if (class == CALL_OTHER || !took_effect(nr, class, ret) ||
	    BPF_CORE_READ(regs, cs) != USER64_CS)
		return 0;
	args.di = BPF_CORE_READ(regs, di);
	args.si = BPF_CORE_READ(regs, si);
	args.dx = BPF_CORE_READ(regs, dx);
	args.r10 = BPF_CORE_READ(regs, r10);
	args.r8 = BPF_CORE_READ(regs, r8);
	return on_call(nr, class, &args, ret);
}

/* Entry of the hooks that are not told the registers. */
static __always_inline int on_return_of_current(__s64 ret)
{
	if (!PXO_HAS_TASK_PT_REGS)
		return on_return_old(ret);
	return on_return((void *)bpf_task_pt_regs(bpf_get_current_task_btf()), ret);
}

#endif
