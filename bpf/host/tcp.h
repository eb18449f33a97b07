/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What is counted of a TCP connection between two looks of user space.
 * C# counterpart: src/NodeProbe/Networks/TcpRecords.cs; a test compares both with BTF.
 */
#ifndef PXO_TCP_H
#define PXO_TCP_H

struct pxo_tcp_owner {
	__u64 start_ns; /* of the process, since boot */
	__u64 since_ns; /* its first call on the socket: tells sockets at the same address apart */
	__u32 tgid;
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_tcp_owner) == 24, "ABI");

/* A socket that two processes use is two entries. */
struct pxo_tcp_key {
	__u64 sock; /* address of the struct sock */
	struct pxo_tcp_owner owner;
};
_Static_assert(sizeof(struct pxo_tcp_key) == 32, "ABI");

struct pxo_tcp_traffic {
	__u8 local_address[16]; /* network order; IPv4 in the first 4 bytes */
	__u8 remote_address[16];
	__u16 local_port; /* host order */
	__u16 remote_port;
	__u32 family; /* enum pxo_family */
	__u64 sent_bytes;
	__u64 received_bytes;
	__u64 retransmits;
};
_Static_assert(sizeof(struct pxo_tcp_traffic) == 64, "ABI");

enum pxo_tcp_counter {
	PXO_TCP_FULL = 0,    /* an event whose connection found the map full */
	PXO_TCP_UNOWNED = 1, /* a retransmit whose process is not known */
	PXO_TCP_COUNTERS = 2,
};

#endif
