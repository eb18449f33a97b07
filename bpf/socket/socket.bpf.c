/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Socket probes: connections and their payload from the syscalls of all processes.
 * Hooks: the return of the syscalls in handlers.h, in three variants of which user space loads one:
 *   pxo_raw         tp_btf/sys_exit, for all syscalls at once (needs BTF)
 *   pxo_tracepoint  attached to every syscalls/sys_exit_* in use (needs tracefs)
 *   pxo_kprobe      attached to the return of every __x64_sys_* in use (needs kprobes)
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
#include "../tls/link.h"
#include "transfer.h"
#include "news.h"
#include "handlers.h"

char LICENSE[] SEC("license") = "GPL";

/* Keeps the shared structs in BTF. */
const struct pxo_data_event *pxo_unused_data __attribute__((unused));
const enum pxo_counter *pxo_unused_counter __attribute__((unused));

SEC("tp_btf/sys_exit")
int pxo_raw(__u64 *ctx)
{
	return on_return((struct pt_regs *)ctx[0], ctx[1]);
}

SEC("tracepoint")
int pxo_tracepoint(struct trace_event_raw_sys_exit *ctx)
{
	return on_return_of_current(ctx->ret);
}

SEC("kretprobe")
int pxo_kprobe(struct pt_regs *ctx)
{
	return on_return_of_current(ctx->ax);
}

/* A thread goes; with the last one of a process its connections. */
SEC("raw_tp/sched_process_exit")
int pxo_process_exit(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 thread = bpf_get_current_pid_tgid();
	__u32 tgid = thread >> 32;

	if (pxo_settings.tls)
		bpf_map_delete_elem(&pxo_tls_calls, &thread);
	if (BPF_CORE_READ(task, signal, live.counter) != 0)
		return 0;
	if (pxo_settings.scope == PXO_SCOPE_PROCESSES)
		bpf_map_delete_elem(&pxo_scope_tgids, &tgid);
	if (pxo_close_range(0, ~0U, 0) > 0)
		count(PXO_EXIT_UNSWEPT, 1);
	bpf_map_delete_elem(&pxo_processes, &tgid);
	if (pxo_settings.tls)
		bpf_map_delete_elem(&pxo_tls_processes, &tgid);
	return 0;
}

/* exec has closed what was to be closed (FD_CLOEXEC). */
SEC("raw_tp/sched_process_exec")
int pxo_process_exec(void *ctx)
{
	pxo_close_range(0, ~0U, 1);
	if (pxo_settings.tls)
		tell_exec();
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

/*
 * Run by user space on demand, never attached: stops the payload of one connection, of the socket
 * or, with a third argument, of its TLS library: what comes first must not end what comes then.
 */
SEC("raw_tp/pxo_demote")
int pxo_demote(__u64 *ctx)
{
	struct pxo_connection_key key = { .fd = ctx[0], .tgid = ctx[0] >> 32 };
	struct pxo_connection *connection = bpf_map_lookup_elem(&pxo_connections, &key);

	if (!connection || connection->event.header.connection.generation != ctx[1] ||
	    (connection->event.flags & PXO_CONNECTION_TLS) != ctx[2])
		return 0;
	connection->tracing = PXO_TRACING_OFF;
	return 1;
}
