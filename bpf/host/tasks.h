/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * What the iterator over tasks writes, one record per thread. Times are ns, as the scheduler and
 * the timer tick count them; user space adds up the threads of a process and shares the exact
 * runtime out. C# counterpart: src/NodeProbe/Processes/Tasks/TaskRecords.cs; a test compares both
 * with BTF.
 */
#ifndef PXO_TASKS_H
#define PXO_TASKS_H

/* A thread. The leader's record counts the threads that have ended, too, and a pxo_process follows.
 */
struct pxo_task {
	__u32 tgid;
	__u32 pid; /* equal to tgid: the leader */
	__u64 utime_ns;
	__u64 stime_ns;
	__u64 runtime_ns; /* exact; both of the above counted in ticks */
	__u64 minor_faults;
	__u64 major_faults;
	__u64 rchar_bytes;
	__u64 wchar_bytes;
	__u64 read_bytes;
	__u64 write_bytes;
};
_Static_assert(sizeof(struct pxo_task) == 80, "ABI");

/* The process of a leader. */
struct pxo_process {
	__u64 start_ns; /* since boot */
	__u64 virtual_pages;
	__u64 resident_pages;
	__u32 parent; /* tgid */
	__u32 threads;
	__u32 net_namespace; /* inode numbers; 0 while it ends */
	__u32 mnt_namespace;
	__u32 inner_pid; /* in its own pid namespace */
	__u32 pad;
	char comm[16];
};
_Static_assert(sizeof(struct pxo_process) == 64, "ABI");

#endif
