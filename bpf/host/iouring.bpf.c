/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Who uses io_uring: what goes through a ring is no system call that the socket probes see. Hooks:
 * raw tracepoints io_uring_create and, since kernel 6.3, io_uring_submit_req. Output:
 * pxo_io_uring_users, read by user space.
 */
#include "kernel.h"
#include "iouring.h"

char LICENSE[] SEC("license") = "GPL";

/* Keeps the shared struct in BTF. */
const struct pxo_io_uring_use *pxo_unused_use __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096);
	__type(key, __u32); /* tgid */
	__type(value, struct pxo_io_uring_use);
} pxo_io_uring_users SEC(".maps");

struct io_kiocb {
	__u8 opcode;
} PXO_KERNEL_TYPE;

/* Numbers of the stable user ABI (linux/io_uring.h). */
enum pxo_io_uring_op {
	OP_SENDMSG = 9,
	OP_RECVMSG = 10,
	OP_ACCEPT = 13,
	OP_CONNECT = 16,
	OP_SEND = 26,
	OP_RECV = 27,
	OP_SHUTDOWN = 34,
	OP_SOCKET = 45,
	OP_SEND_ZC = 47,
	OP_SENDMSG_ZC = 48,
	OP_BIND = 56,
	OP_LISTEN = 57,
	OP_RECV_ZC = 58,
};

static __always_inline int is_socket_call(__u8 op)
{
	switch (op) {
	case OP_SENDMSG:
	case OP_RECVMSG:
	case OP_ACCEPT:
	case OP_CONNECT:
	case OP_SEND:
	case OP_RECV:
	case OP_SHUTDOWN:
	case OP_SOCKET:
	case OP_SEND_ZC:
	case OP_SENDMSG_ZC:
	case OP_BIND:
	case OP_LISTEN:
	case OP_RECV_ZC:
		return 1;
	default:
		return 0;
	}
}

/* The kernel's own threads for a ring belong to the process of the ring. */
static __always_inline struct pxo_io_uring_use *use_of_current(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;
	struct pxo_io_uring_use *use = bpf_map_lookup_elem(&pxo_io_uring_users, &tgid);
	struct pxo_io_uring_use fresh = {};

	fresh.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	if (use && use->start_ns == fresh.start_ns)
		return use;
	bpf_map_update_elem(&pxo_io_uring_users, &tgid, &fresh, BPF_ANY);
	return bpf_map_lookup_elem(&pxo_io_uring_users, &tgid);
}

SEC("raw_tp/io_uring_create")
int pxo_io_uring_create(void *ctx)
{
	struct pxo_io_uring_use *use = use_of_current();

	if (use)
		__sync_fetch_and_add(&use->rings, 1);
	return 0;
}

SEC("raw_tp/io_uring_submit_req")
int pxo_io_uring_submit(__u64 *ctx)
{
	struct io_kiocb *request = (void *)ctx[0];
	struct pxo_io_uring_use *use = use_of_current();

	if (!use)
		return 0;
	if (is_socket_call(BPF_CORE_READ(request, opcode)))
		__sync_fetch_and_add(&use->socket_calls, 1);
	else
		__sync_fetch_and_add(&use->other_calls, 1);
	return 0;
}
