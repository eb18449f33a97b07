/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Socket probes: connections and their payload from the syscalls of all processes.
 * Hooks: the return of each syscall below, in three variants of which user space loads one:
 *   pxo_raw_*  tp_btf/sys_exit, one program for all (needs BTF)
 *   pxo_tp_*   tracepoint/syscalls/sys_exit_* (needs tracefs)
 *   pxo_kp_*   kretprobe/__x64_sys_* (needs kprobes)
 * and for all variants sched_process_exit, _exec and, for a scope of processes, _fork.
 * Output: pxo_rings (events.h), pxo_counters; pxo_connections and pxo_peers are read by user space.
 */
#include "kernel.h"
#include <bpf/bpf_endian.h>
#include "events.h"
#include "counters.h"
#include "settings.h"
#include "emit.h"
#include "walk.h"
#include "connection.h"
#include "infer.h"
#include "transfer.h"
#include "handlers.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Keeps the shared structs in BTF. */
const struct pxo_data_event *pxo_unused_data __attribute__((unused));
const enum pxo_counter *pxo_unused_counter __attribute__((unused));

SEC("tp_btf/sys_exit")
int pxo_raw_sys_exit(__u64 *ctx)
{
	struct pt_regs *regs = (void *)ctx[0];
	__s64 ret = ctx[1];
	struct arguments args;
	__u32 nr = regs->orig_ax;

	switch (nr) {
	case NR_READ:
	case NR_WRITE:
	case NR_CLOSE:
	case NR_READV:
	case NR_WRITEV:
	case NR_DUP2:
	case NR_SENDFILE:
	case NR_CONNECT:
	case NR_ACCEPT:
	case NR_SENDTO:
	case NR_RECVFROM:
	case NR_SENDMSG:
	case NR_RECVMSG:
	case NR_SPLICE:
	case NR_ACCEPT4:
	case NR_DUP3:
	case NR_RECVMMSG:
	case NR_SENDMMSG:
	case NR_IO_URING_SETUP:
	case NR_CLOSE_RANGE:
		break;
	default:
		return 0;
	}
	if (!is_of_interest(nr, ret) || regs->cs != USER64_CS)
		return 0;
	args.di = regs->di;
	args.si = regs->si;
	args.dx = regs->dx;
	args.r10 = regs->r10;
	args.r8 = regs->r8;
	return on_call(nr, &args, ret);
}

#define PXO_HOOK(name, nr)                                                                         \
	SEC("tracepoint/syscalls/sys_exit_" #name)                                                 \
	int pxo_tp_##name(struct trace_event_raw_sys_exit *ctx)                                    \
	{                                                                                          \
		return on_return(nr, ctx->ret);                                                    \
	}                                                                                          \
	SEC("kretprobe/__x64_sys_" #name)                                                          \
	int pxo_kp_##name(struct pt_regs *ctx)                                                     \
	{                                                                                          \
		return on_return(nr, ctx->ax);                                                     \
	}

PXO_HOOK(read, NR_READ)
PXO_HOOK(write, NR_WRITE)
PXO_HOOK(close, NR_CLOSE)
PXO_HOOK(readv, NR_READV)
PXO_HOOK(writev, NR_WRITEV)
PXO_HOOK(dup2, NR_DUP2)
PXO_HOOK(sendfile64, NR_SENDFILE)
PXO_HOOK(connect, NR_CONNECT)
PXO_HOOK(accept, NR_ACCEPT)
PXO_HOOK(sendto, NR_SENDTO)
PXO_HOOK(recvfrom, NR_RECVFROM)
PXO_HOOK(sendmsg, NR_SENDMSG)
PXO_HOOK(recvmsg, NR_RECVMSG)
PXO_HOOK(splice, NR_SPLICE)
PXO_HOOK(accept4, NR_ACCEPT4)
PXO_HOOK(dup3, NR_DUP3)
PXO_HOOK(recvmmsg, NR_RECVMMSG)
PXO_HOOK(sendmmsg, NR_SENDMMSG)
PXO_HOOK(io_uring_setup, NR_IO_URING_SETUP)
PXO_HOOK(close_range, NR_CLOSE_RANGE)

/* The last thread of a process goes: so do its connections. */
SEC("raw_tp/sched_process_exit")
int pxo_process_exit(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 tgid = current_tgid();

	if (BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	if (pxo_settings.scope == PXO_SCOPE_PROCESSES)
		bpf_map_delete_elem(&pxo_scope_tgids, &tgid);
	if (pxo_close_range(0, ~0U, 0) > 0)
		count(PXO_EXIT_UNSWEPT, 1);
	bpf_map_delete_elem(&pxo_processes, &tgid);
	return 0;
}

/* exec has closed what was to be closed (FD_CLOEXEC). */
SEC("raw_tp/sched_process_exec")
int pxo_process_exec(void *ctx)
{
	pxo_close_range(0, ~0U, 1);
	return 0;
}

/* A child of a process in scope is in scope. */
SEC("raw_tp/sched_process_fork")
int pxo_process_fork(__u64 *ctx)
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	__u32 parent_tgid = BPF_CORE_READ(parent, tgid), child_tgid = BPF_CORE_READ(child, tgid);
	__u8 one = 1;

	if (parent_tgid != child_tgid && bpf_map_lookup_elem(&pxo_scope_tgids, &parent_tgid))
		bpf_map_update_elem(&pxo_scope_tgids, &child_tgid, &one, BPF_ANY);
	return 0;
}

/* Run by user space on demand, never attached: stops the payload of one connection. */
SEC("raw_tp/pxo_demote")
int pxo_demote(__u64 *ctx)
{
	struct pxo_connection_key key = { .fd = ctx[0], .tgid = ctx[0] >> 32 };
	struct pxo_connection *connection = bpf_map_lookup_elem(&pxo_connections, &key);

	if (!connection || connection->event.header.connection.generation != ctx[1])
		return 0;
	connection->tracing = PXO_TRACING_OFF;
	return 1;
}
