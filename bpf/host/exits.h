/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What is told about a process that ends.
 * C# counterpart: src/NodeProbe/Processes/ExitRecord.cs; a test compares both with BTF.
 */
#ifndef PXO_EXITS_H
#define PXO_EXITS_H

struct pxo_exit {
	__u64 time_ns;	/* CLOCK_BOOTTIME */
	__u64 start_ns; /* of the leader, since boot */
	__u32 tgid;
	__u32 status; /* as wait(2) gives it: exit code << 8, or signal */
	char comm[16];
};
_Static_assert(sizeof(struct pxo_exit) == 40, "ABI");

#endif
