/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * The kernel as the probes see it: fixed-width types, constants, and of each kernel struct only the
 * fields in use. Offsets are relocated at load (CO-RE), so the order of fields here means nothing.
 * Needs nothing but libbpf's bpf_helpers.h and bpf_core_read.h (Debian: libbpf-dev).
 */
#ifndef PXO_KERNEL_H
#define PXO_KERNEL_H

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u64 __be64;
typedef __u32 __wsum;

/* Map types and flags of the stable BPF ABI. */
enum {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_CGROUP_ARRAY = 8,
	BPF_MAP_TYPE_LRU_HASH = 9,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1 };
enum { BPF_RB_NO_WAKEUP = 1 };
enum { BPF_F_USER_STACK = 1 << 8 };

#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

/* Stable values of the x86-64 user ABI. */
#define EINPROGRESS   115
#define EINTR	      4
#define AF_INET	      2
#define AF_INET6      10
#define SOCK_STREAM   1
#define SOCK_DGRAM    2
#define IPPROTO_TCP   6
#define IPPROTO_UDP   17
#define IPPROTO_MPTCP 262
#define S_IFMT	      0170000
#define S_IFSOCK      0140000
#define PROT_EXEC     0x4
#define MAP_ANONYMOUS 0x20
#define MSG_PEEK      0x2
#define MSG_TRUNC     0x20
#define MSG_ERRQUEUE  0x2000
#define USER64_CS     0x33 /* code segment of a 64-bit caller; 32-bit callers number syscalls apart */
#define THREAD_BYTES  16384 /* kernel stack of x86-64 */
#define PT_REGS_BYTES 168

#define PXO_KERNEL_TYPE __attribute__((preserve_access_index))

struct pt_regs {
	unsigned long r14;
	unsigned long bp;
	unsigned long bx;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long cs;
	unsigned long cx;
	unsigned long sp;
} PXO_KERNEL_TYPE;

struct in6_addr {
	__u8 bytes[16];
};

struct sock_common {
	__be32 skc_daddr;
	__be32 skc_rcv_saddr;
	__be16 skc_dport;
	__u16 skc_num;
	unsigned short skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
} PXO_KERNEL_TYPE;

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
} PXO_KERNEL_TYPE;

struct socket {
	struct sock *sk;
} PXO_KERNEL_TYPE;

struct super_block {
	__u32 s_dev;
} PXO_KERNEL_TYPE;

struct inode {
	unsigned short i_mode;
	struct super_block *i_sb;
	unsigned long i_ino;
	__s64 i_size;
	__u32 i_generation;
} PXO_KERNEL_TYPE;

struct file {
	struct inode *f_inode;
	void *private_data;
} PXO_KERNEL_TYPE;

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
} PXO_KERNEL_TYPE;

struct files_struct {
	struct fdtable *fdt;
} PXO_KERNEL_TYPE;

struct ns_common {
	unsigned int inum;
} PXO_KERNEL_TYPE;

struct net {
	struct ns_common ns;
} PXO_KERNEL_TYPE;

struct mnt_namespace {
	struct ns_common ns;
} PXO_KERNEL_TYPE;

struct nsproxy {
	struct mnt_namespace *mnt_ns;
	struct net *net_ns;
} PXO_KERNEL_TYPE;

typedef struct {
	int counter;
} PXO_KERNEL_TYPE atomic_t;

struct task_io_accounting {
	__u64 rchar;
	__u64 wchar;
	__u64 read_bytes;
	__u64 write_bytes;
} PXO_KERNEL_TYPE;

/* Sums are over threads that have ended. */
struct signal_struct {
	atomic_t live;
	int nr_threads;
	int group_exit_code;
	unsigned int flags;
	__u64 utime;
	__u64 stime;
	unsigned long min_flt;
	unsigned long maj_flt;
	struct task_io_accounting ioac;
	unsigned long long sum_sched_runtime;
} PXO_KERNEL_TYPE;

struct sched_entity {
	__u64 sum_exec_runtime;
} PXO_KERNEL_TYPE;

struct upid {
	int nr;
} PXO_KERNEL_TYPE;

struct pid {
	unsigned int level;
	struct upid numbers[1];
} PXO_KERNEL_TYPE;

struct percpu_counter {
	__s64 count;
} PXO_KERNEL_TYPE;

struct mm_struct {
	struct file *exe_file;
	unsigned long total_vm;
	unsigned long start_stack;
	struct percpu_counter rss_stat[4]; /* since 6.2 */
} PXO_KERNEL_TYPE;

typedef struct {
	__s64 counter;
} PXO_KERNEL_TYPE atomic64_t;

struct mm_rss_stat { /* until 6.1 */
	atomic64_t count[4];
} PXO_KERNEL_TYPE;

struct mm_struct___until_6_1 {
	struct mm_rss_stat rss_stat;
} PXO_KERNEL_TYPE;

struct thread_struct {
	unsigned long fsbase; /* user's, of x86-64 */
} PXO_KERNEL_TYPE;

struct task_struct {
	void *stack;
	struct thread_struct thread;
	struct mm_struct *mm;
	unsigned int flags;
	int exit_state;
	int exit_code;
	int pid;
	int tgid;
	__u64 self_exec_id;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct pid *thread_pid;
	__u64 utime;
	__u64 stime;
	__u64 start_boottime;
	unsigned long min_flt;
	unsigned long maj_flt;
	char comm[16];
	struct sched_entity se;
	struct task_io_accounting ioac;
	struct files_struct *files;
	struct nsproxy *nsproxy;
	struct signal_struct *signal;
} PXO_KERNEL_TYPE;

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
} PXO_KERNEL_TYPE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} PXO_KERNEL_TYPE;

/* Record of the perf tracepoints syscalls/sys_exit_*. */
struct trace_event_raw_sys_exit {
	__u64 head;
	__s64 id;
	__s64 ret;
};

/* Of the user ABI: what readv, sendmsg and sendmmsg take. */
struct pxo_iovec {
	__u64 base;
	__u64 bytes;
};

struct pxo_msghdr {
	__u64 name;
	__u32 name_bytes;
	__u32 pad;
	__u64 vector;
	__u64 count;
};
#define PXO_MMSG_BYTES	   64 /* struct mmsghdr: struct msghdr of 56 bytes, then the length */
#define PXO_MMSG_LENGTH_AT 56

/* Helper numbers looked up in the running kernel's BTF: is the helper there? */
enum bpf_func_id___pxo {
	BPF_FUNC_get_current_task_btf___pxo = 1,
	BPF_FUNC_task_pt_regs___pxo = 2,
};
#define PXO_HAS_TASK_BTF                                                                           \
	bpf_core_enum_value_exists(enum bpf_func_id___pxo, BPF_FUNC_get_current_task_btf___pxo)
#define PXO_HAS_TASK_PT_REGS                                                                       \
	bpf_core_enum_value_exists(enum bpf_func_id___pxo, BPF_FUNC_task_pt_regs___pxo)

#endif
