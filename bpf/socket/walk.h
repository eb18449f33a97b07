/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * From a file descriptor of the current task to its socket: task, files, table, file, socket, sock.
 * Loads go straight through BTF pointers where the kernel has bpf_get_current_task_btf (5.11).
 */
#ifndef PXO_WALK_H
#define PXO_WALK_H

/* Open file of the descriptor, or null. An address to compare or to read from, not to load from. */
static __always_inline struct file *file_of(__u32 fd)
{
	struct fdtable *table;
	struct file **slots;
	struct file *file = 0;
	__u32 slot_count;

	if (PXO_HAS_TASK_BTF) {
		table = bpf_get_current_task_btf()->files->fdt;
		slots = table->fd;
		slot_count = table->max_fds;
	} else {
		table = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), files, fdt);
		slots = BPF_CORE_READ(table, fd);
		slot_count = BPF_CORE_READ(table, max_fds);
	}
	if (fd >= slot_count)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), slots + fd);
	return file;
}

/* The file's sock when it is TCP or UDP over IPv4 or IPv6, else null. */
static __always_inline struct sock *sock_of(struct file *file, int *datagram)
{
	struct socket *socket;
	struct sock *sk;
	__u16 family, type, protocol;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return 0;
	socket = BPF_CORE_READ(file, private_data);
	sk = BPF_CORE_READ(socket, sk);
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (family != AF_INET && family != AF_INET6)
		return 0;
	type = BPF_CORE_READ(sk, sk_type);
	protocol = BPF_CORE_READ(sk, sk_protocol);
	*datagram = type == SOCK_DGRAM;
	if (type == SOCK_STREAM && (protocol == IPPROTO_TCP || protocol == (__u16)IPPROTO_MPTCP))
		return sk;
	if (type == SOCK_DGRAM && protocol == IPPROTO_UDP)
		return sk;
	return 0;
}

/* An address in 16 bytes; a mapped IPv4 address is turned into IPv4. Returns the family. */
static __always_inline __u8 normalise(__u8 *address)
{
	__u64 *words = (__u64 *)address; /* callers keep addresses 8-byte aligned */
	__u32 *tail = (__u32 *)(address + 8);

	if (words[0] != 0 || tail[0] != bpf_htonl(0xffff))
		return PXO_FAMILY_IPV6;
	*(__u32 *)address = tail[1];
	tail[0] = 0;
	tail[1] = 0;
	return PXO_FAMILY_IPV4;
}

/* Fills addresses, ports and family from the sock. */
static __always_inline void read_addresses(struct sock *sk, struct pxo_connection_event *state)
{
	__u8 remote_family;

	__builtin_memset(state->local_address, 0, 16);
	__builtin_memset(state->remote_address, 0, 16);
	state->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	state->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		bpf_core_read(state->local_address, 4, &sk->__sk_common.skc_rcv_saddr);
		bpf_core_read(state->remote_address, 4, &sk->__sk_common.skc_daddr);
		state->family = PXO_FAMILY_IPV4;
		return;
	}
	bpf_core_read(state->local_address, 16, &sk->__sk_common.skc_v6_rcv_saddr);
	bpf_core_read(state->remote_address, 16, &sk->__sk_common.skc_v6_daddr);
	remote_family = normalise(state->remote_address);
	state->family = remote_family;
	if (remote_family == PXO_FAMILY_IPV4)
		normalise(state->local_address);
}

/* Start of the current process in ticks of 10 ms since boot. */
static __always_inline __u64 start_ticks(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, group_leader, start_boottime) / 10000000;
}

#endif
