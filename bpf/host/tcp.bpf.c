/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Bytes and retransmits of TCP connections, per process. Hooks: raw tracepoints sock_send_length
 * and sock_recv_length (since kernel 6.3), tcp_retransmit_skb, inet_sock_set_state. Output:
 * pxo_tcp_traffic, which user space empties, and pxo_tcp_counters.
 */
#include "kernel.h"
#include <bpf/bpf_endian.h>
#include "events.h"
#include "tcp.h"

#define TCP_SYN_SENT 2
#define TCP_CLOSE    7

char LICENSE[] SEC("license") = "GPL";

/* Keeps the shared enum in BTF. */
const enum pxo_tcp_counter *pxo_unused_counter __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, struct pxo_tcp_key);
	__type(value, struct pxo_tcp_traffic);
} pxo_tcp_traffic SEC(".maps");

/* A retransmit comes from a timer or the network: whose it is, the last call on the socket told. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64); /* address of the struct sock */
	__type(value, struct pxo_tcp_owner);
} pxo_tcp_owners SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, PXO_TCP_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} pxo_tcp_counters SEC(".maps");

static __always_inline void count(__u32 counter)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_tcp_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, 1);
}

static __always_inline int is_tcp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) &&
	       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP;
}

static __always_inline void fill(struct pxo_tcp_traffic *traffic, struct sock *sk)
{
	traffic->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	traffic->remote_port = bpf_ntohs(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (BPF_CORE_READ(sk, __sk_common.skc_family) == AF_INET) {
		traffic->family = PXO_FAMILY_IPV4;
		BPF_CORE_READ_INTO((__be32 *)traffic->local_address, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__be32 *)traffic->remote_address, sk, __sk_common.skc_daddr);
		return;
	}
	traffic->family = PXO_FAMILY_IPV6;
	BPF_CORE_READ_INTO((struct in6_addr *)traffic->local_address, sk,
			   __sk_common.skc_v6_rcv_saddr);
	BPF_CORE_READ_INTO((struct in6_addr *)traffic->remote_address, sk,
			   __sk_common.skc_v6_daddr);
}

static __always_inline struct pxo_tcp_traffic *traffic_of(struct sock *sk,
							  const struct pxo_tcp_owner *owner)
{
	struct pxo_tcp_key key = { .sock = (__u64)sk, .owner = *owner };
	struct pxo_tcp_traffic *traffic = bpf_map_lookup_elem(&pxo_tcp_traffic, &key);
	struct pxo_tcp_traffic fresh = {};

	if (traffic)
		return traffic;
	fill(&fresh, sk);
	bpf_map_update_elem(&pxo_tcp_traffic, &key, &fresh, BPF_NOEXIST);
	traffic = bpf_map_lookup_elem(&pxo_tcp_traffic, &key);
	if (!traffic)
		count(PXO_TCP_FULL);
	return traffic;
}

/* The process that calls is the owner from now on. */
static __always_inline void own(struct sock *sk, struct pxo_tcp_owner *owner)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 key = (__u64)sk;
	struct pxo_tcp_owner *known = bpf_map_lookup_elem(&pxo_tcp_owners, &key);

	owner->tgid = bpf_get_current_pid_tgid() >> 32;
	owner->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	if (known && known->tgid == owner->tgid && known->start_ns == owner->start_ns) {
		owner->since_ns = known->since_ns;
		return;
	}
	owner->since_ns = bpf_ktime_get_boot_ns();
	bpf_map_update_elem(&pxo_tcp_owners, &key, owner, BPF_ANY);
}

static __always_inline struct pxo_tcp_traffic *traffic_of_current(struct sock *sk)
{
	struct pxo_tcp_owner owner = {};

	if (!is_tcp(sk))
		return 0;
	own(sk, &owner);
	return traffic_of(sk, &owner);
}

SEC("raw_tp/sock_send_length")
int pxo_tcp_sent(__u64 *ctx)
{
	__s32 bytes = ctx[1];
	struct pxo_tcp_traffic *traffic;

	if (bytes <= 0)
		return 0;
	traffic = traffic_of_current((struct sock *)ctx[0]);
	if (traffic)
		__sync_fetch_and_add(&traffic->sent_bytes, (__u64)bytes);
	return 0;
}

SEC("raw_tp/sock_recv_length")
int pxo_tcp_received(__u64 *ctx)
{
	__s32 bytes = ctx[1];
	struct pxo_tcp_traffic *traffic;

	if (bytes <= 0 || (ctx[2] & MSG_PEEK))
		return 0;
	traffic = traffic_of_current((struct sock *)ctx[0]);
	if (traffic)
		__sync_fetch_and_add(&traffic->received_bytes, (__u64)bytes);
	return 0;
}

SEC("raw_tp/tcp_retransmit_skb")
int pxo_tcp_retransmitted(__u64 *ctx)
{
	struct sock *sk = (struct sock *)ctx[0];
	__u64 key = (__u64)sk;
	struct pxo_tcp_owner *known = bpf_map_lookup_elem(&pxo_tcp_owners, &key);
	struct pxo_tcp_traffic *traffic;
	struct pxo_tcp_owner owner;

	if (!known) {
		count(PXO_TCP_UNOWNED);
		return 0;
	}
	owner = *known;
	traffic = traffic_of(sk, &owner);
	if (traffic)
		__sync_fetch_and_add(&traffic->retransmits, 1);
	return 0;
}

/* connect(2) is a call of the owner, whose first segment may be repeated; a closed socket has none.
 */
SEC("raw_tp/inet_sock_set_state")
int pxo_tcp_state(__u64 *ctx)
{
	struct sock *sk = (struct sock *)ctx[0];
	struct pxo_tcp_owner owner = {};
	__u64 key = (__u64)sk;
	int state = ctx[2];

	if (state == TCP_CLOSE)
		bpf_map_delete_elem(&pxo_tcp_owners, &key);
	else if (state == TCP_SYN_SENT && is_tcp(sk))
		own(sk, &owner);
	return 0;
}
