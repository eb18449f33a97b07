/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the socket probes could not deliver, per cause and CPU.
 * C# counterpart: src/NodeProbe/Sockets/SocketProbeCounter.cs; a test compares both with BTF.
 */
#ifndef PXO_COUNTERS_H
#define PXO_COUNTERS_H

enum pxo_counter {
	PXO_LOST_OPEN = 0,	  /* ring full: an OPEN event */
	PXO_LOST_DATA = 1,	  /* ring full: a DATA event */
	PXO_LOST_DATA_BYTES = 2,  /* ... its payload bytes */
	PXO_LOST_CLOSE = 3,	  /* ring full: a CLOSE event */
	PXO_CONNECTIONS_FULL = 4, /* a call on a socket that found the connection map full */
	PXO_PEERS_FULL = 5,	  /* a datagram whose peer found the map of UDP peers full */
	PXO_USER_FAULT = 6, /* user memory was not readable: a piece of payload or arguments */
	PXO_VECTOR_CUT = 7, /* a call with more pieces than one call may send */
	PXO_CALL_CUT_BYTES =
		8, /* payload over the cap per call, or without user memory (sendfile) */
	PXO_CONNECTION_CUT_BYTES = 9, /* payload over the cap per connection */
	PXO_UNRECOGNISED = 10,	      /* connections whose protocol inference gave up */
	PXO_REUSE_SEEN = 11,   /* an fd whose socket had changed without a close that was seen */
	PXO_IO_URING = 12,     /* io_uring_setup calls: what goes through it is not seen */
	PXO_EXIT_UNSWEPT = 13, /* processes that exited with more fds than the exit hook looks at */
	PXO_MESSAGES_CUT = 14, /* messages of sendmmsg or recvmmsg over the cap per call */
	PXO_NO_RING = 15,      /* an event without a ring: a shard that was not set up */
	PXO_TLS_UNLINKED = 16, /* calls of a TLS library whose connection was not known */
	PXO_TLS_OTHER_STACK = 17, /* returns of a TLS library to another stack than the entry's */
	PXO_LOST_NEWS = 18,	  /* ring of news full: a program or library that came into use */
	PXO_COUNTERS = 19,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, PXO_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} pxo_counters SEC(".maps");

static __always_inline void count(__u32 counter, __u64 amount)
{
	__u64 *value = bpf_map_lookup_elem(&pxo_counters, &counter);

	if (value)
		__sync_fetch_and_add(value, amount);
}

#endif
