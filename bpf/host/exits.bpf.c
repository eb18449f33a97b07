/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Processes that end, whatever they did. Hook: raw tracepoint sched_process_exit. Output:
 * pxo_exits, drained by user space on a timer, and what it had no room for in pxo_exits_lost.
 */
#include "kernel.h"
#include "exits.h"

#define PF_KTHREAD	  0x00200000
#define SIGNAL_GROUP_EXIT 0x00000004

char LICENSE[] SEC("license") = "GPL";

/* Keeps the shared struct in BTF. */
const struct pxo_exit *pxo_unused_exit __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 20); /* bytes; 21,800 exits between two drains */
} pxo_exits SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} pxo_exits_lost SEC(".maps");

static __always_inline void count_lost(void)
{
	__u32 key = 0;
	__u64 *lost = bpf_map_lookup_elem(&pxo_exits_lost, &key);

	if (lost)
		__sync_fetch_and_add(lost, 1);
}

/* As wait(2) of the parent sees it. */
static __always_inline __u32 status_of(struct task_struct *leader)
{
	if (BPF_CORE_READ(leader, signal, flags) & SIGNAL_GROUP_EXIT)
		return BPF_CORE_READ(leader, signal, group_exit_code);
	return BPF_CORE_READ(leader, exit_code);
}

/* Two last threads that end at the same time both come here: user space keeps one record. */
SEC("raw_tp/sched_process_exit")
int pxo_exit(__u64 *ctx)
{
	struct task_struct *task = (void *)ctx[0];
	struct task_struct *leader;
	struct pxo_exit *record;

	if (BPF_CORE_READ(task, signal, live.counter) != 0 ||
	    (BPF_CORE_READ(task, flags) & PF_KTHREAD))
		return 0;
	record = bpf_ringbuf_reserve(&pxo_exits, sizeof(*record), 0);
	if (!record) {
		count_lost();
		return 0;
	}
	leader = BPF_CORE_READ(task, group_leader);
	record->time_ns = bpf_ktime_get_boot_ns();
	record->start_ns = BPF_CORE_READ(leader, start_boottime);
	record->tgid = BPF_CORE_READ(leader, tgid);
	record->status = status_of(leader);
	bpf_probe_read_kernel(record->comm, sizeof(record->comm), leader->comm);
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 0;
}
