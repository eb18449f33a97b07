/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * All processes in one pass: what /proc/PID/stat, io, status and ns tell, without a file per
 * process. Hook: iterator over tasks. Needs: BTF, kernel 5.8. Output: the bytes that reading the
 * iterator gives (tasks.h).
 */
#include "kernel.h"
#include "tasks.h"

#define PF_KTHREAD  0x00200000
#define FILE_PAGES  0
#define ANON_PAGES  1
#define SHMEM_PAGES 3

char LICENSE[] SEC("license") = "GPL";

/* Keep the shared structs in BTF. */
const struct pxo_task *pxo_unused_task __attribute__((unused));
const struct pxo_process *pxo_unused_process __attribute__((unused));

struct pxo_leader {
	struct pxo_task task;
	struct pxo_process process;
};

static __always_inline __u64 positive(__s64 value)
{
	return value > 0 ? value : 0;
}

static __always_inline __u64 resident_pages(struct mm_struct *mm)
{
	struct mm_struct___until_6_1 *old = (void *)mm;

	/* By copying: the verifier of 6.1 follows no pointer into an array of structs. */
	if (bpf_core_type_exists(struct mm_rss_stat))
		return positive(BPF_CORE_READ(old, rss_stat.count[FILE_PAGES].counter)) +
		       positive(BPF_CORE_READ(old, rss_stat.count[ANON_PAGES].counter)) +
		       positive(BPF_CORE_READ(old, rss_stat.count[SHMEM_PAGES].counter));
	return positive(mm->rss_stat[FILE_PAGES].count) + positive(mm->rss_stat[ANON_PAGES].count) +
	       positive(mm->rss_stat[SHMEM_PAGES].count);
}

static __always_inline void fill_task(struct pxo_task *record, struct task_struct *task)
{
	record->tgid = task->tgid;
	record->pid = task->pid;
	record->utime_ns = task->utime;
	record->stime_ns = task->stime;
	record->runtime_ns = task->se.sum_exec_runtime;
	record->minor_faults = task->min_flt;
	record->major_faults = task->maj_flt;
	if (bpf_core_field_exists(task->ioac.rchar)) {
		record->rchar_bytes = task->ioac.rchar;
		record->wchar_bytes = task->ioac.wchar;
	}
	if (bpf_core_field_exists(task->ioac.read_bytes)) {
		record->read_bytes = task->ioac.read_bytes;
		record->write_bytes = task->ioac.write_bytes;
	}
}

static __always_inline void add_ended(struct pxo_task *record, struct signal_struct *signal)
{
	record->utime_ns += signal->utime;
	record->stime_ns += signal->stime;
	record->runtime_ns += signal->sum_sched_runtime;
	record->minor_faults += signal->min_flt;
	record->major_faults += signal->maj_flt;
	if (bpf_core_field_exists(signal->ioac.rchar)) {
		record->rchar_bytes += signal->ioac.rchar;
		record->wchar_bytes += signal->ioac.wchar;
	}
	if (bpf_core_field_exists(signal->ioac.read_bytes)) {
		record->read_bytes += signal->ioac.read_bytes;
		record->write_bytes += signal->ioac.write_bytes;
	}
}

/* Its number in the innermost of its pid namespaces. */
static __always_inline __u32 inner_pid(struct pid *pid)
{
	__u32 offset = bpf_core_field_offset(struct pid, numbers);
	__u32 number = 0;

	offset += pid->level * bpf_core_type_size(struct upid);
	offset += bpf_core_field_offset(struct upid, nr);
	bpf_probe_read_kernel(&number, sizeof(number), (void *)pid + offset);
	return number;
}

static __always_inline void fill_process(struct pxo_process *record, struct task_struct *task)
{
	struct mm_struct *mm = task->mm;

	record->start_ns = task->start_boottime;
	record->parent = task->real_parent->tgid;
	record->threads = task->signal->nr_threads;
	record->net_namespace = task->nsproxy->net_ns->ns.inum;
	record->mnt_namespace = task->nsproxy->mnt_ns->ns.inum;
	record->inner_pid = inner_pid(task->thread_pid);
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), task->comm);
	if (mm) {
		record->virtual_pages = mm->total_vm;
		record->resident_pages = resident_pages(mm);
	}
}

SEC("iter/task")
int pxo_tasks(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct pxo_leader record = {};

	if (!task || (task->flags & PF_KTHREAD))
		return 0;
	fill_task(&record.task, task);
	if (task->pid != task->tgid) {
		bpf_seq_write(seq, &record.task, sizeof(record.task));
		return 0;
	}
	if (task->signal->live.counter == 0) /* it has ended and waits for its parent */
		return 0;
	add_ended(&record.task, task->signal);
	fill_process(&record.process, task);
	bpf_seq_write(seq, &record, sizeof(record));
	return 0;
}
