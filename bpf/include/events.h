/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Events that the socket probes write into the rings, shared with user space.
 * C# counterpart: src/NodeProbe/Sockets/Events.cs; a test compares both with BTF.
 */
#ifndef PXO_EVENTS_H
#define PXO_EVENTS_H

enum pxo_event_kind {
	PXO_EVENT_OPEN = 1,
	PXO_EVENT_DATA = 2,
	PXO_EVENT_CLOSE = 3,
};

enum pxo_role { PXO_ROLE_NONE = 0, PXO_ROLE_CLIENT = 1, PXO_ROLE_SERVER = 2 };
enum pxo_direction { PXO_EGRESS = 0, PXO_INGRESS = 1 };
enum pxo_family {
	PXO_FAMILY_UNSPECIFIED = 0,
	PXO_FAMILY_IPV4 = 1,
	PXO_FAMILY_IPV6 = 2,
};

/* Flags of a connection. */
enum pxo_connection_flags {
	PXO_CONNECTION_DATAGRAM = 1,  /* UDP: one connection per peer */
	PXO_CONNECTION_MIDSTREAM = 2, /* older than the tracer; positions count from first sight */
	PXO_CONNECTION_TLS = 4,	      /* payload comes from a TLS library */
};

/* A connection as one process sees it; Model.ConnectionId without the node. */
struct pxo_connection_id {
	__u64 start_ticks; /* start_boottime of the group leader, in 10 ms */
	__u64 generation;  /* boottime ns of first sight: grows with each reuse of the fd */
	__u32 tgid;
	__s32 fd;
};
_Static_assert(sizeof(struct pxo_connection_id) == 24, "ABI");

/* Common head of every event. */
struct pxo_event_header {
	__u32 kind;	    /* enum pxo_event_kind */
	__u32 size;	    /* bytes of the event that are filled, with this header */
	__u64 timestamp_ns; /* CLOCK_BOOTTIME at the return of the call */
	struct pxo_connection_id connection;
};
_Static_assert(sizeof(struct pxo_event_header) == 40, "ABI");

/* Kinds OPEN and CLOSE. Also the value that user space reads per live connection. */
struct pxo_connection_event {
	struct pxo_event_header header;
	__u8 local_address[16]; /* network order; IPv4 in the first 4 bytes */
	__u8 remote_address[16];
	__u16 local_port; /* host order */
	__u16 remote_port;
	__u8 family;	  /* enum pxo_family */
	__u8 role;	  /* enum pxo_role */
	__u8 protocol;	  /* Model.Protocol */
	__u8 flags;	  /* enum pxo_connection_flags */
	__u64 bytes_sent; /* since first sight */
	__u64 bytes_received;
};
_Static_assert(sizeof(struct pxo_connection_event) == 96, "ABI");

/* Kind DATA: a piece of one call's payload. payload_bytes bytes follow the struct. */
struct pxo_data_event {
	struct pxo_event_header header;
	__u64 position; /* of the first payload byte in its direction, from first sight */
	__u32 payload_bytes;
	__u8 direction; /* enum pxo_direction */
	__u8 protocol;	/* Model.Protocol, as inferred so far */
	__u8 role;	/* enum pxo_role, as known so far */
	__u8 flags;	/* enum pxo_connection_flags */
};
_Static_assert(sizeof(struct pxo_data_event) == 56, "ABI");

#endif
