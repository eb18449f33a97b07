/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What is counted of a process that uses io_uring.
 * C# counterpart: src/NodeProbe/Processes/IoUringUse.cs; a test compares both with BTF.
 */
#ifndef PXO_IOURING_H
#define PXO_IOURING_H

struct pxo_io_uring_use {
	__u64 start_ns;	    /* of the process, since boot */
	__u64 rings;	    /* set up since the tracer runs */
	__u64 socket_calls; /* calls that only sockets have */
	__u64 other_calls;  /* reads and writes of sockets may be among them */
};
_Static_assert(sizeof(struct pxo_io_uring_use) == 32, "ABI");

#endif
