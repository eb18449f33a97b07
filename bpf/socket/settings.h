/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Settings of the socket probes, written by user space before load (read-only data, so that the
 * verifier drops what is switched off), and the scope: whose calls are looked at.
 */
#ifndef PXO_SETTINGS_H
#define PXO_SETTINGS_H

enum pxo_scope {
	PXO_SCOPE_ALL = 0,
	PXO_SCOPE_CGROUP = 1,	 /* a cgroup v2 and what is below it */
	PXO_SCOPE_NETNS = 2,	 /* tasks of one network namespace */
	PXO_SCOPE_PROCESSES = 3, /* tgids in pxo_scope_tgids and the processes they fork */
};

struct pxo_settings {
	__u64 call_bytes;	/* payload sent per call */
	__u64 connection_bytes; /* payload sent per connection; 0: no cap */
	__u32 scope_netns;	/* inode number of the namespace */
	__u32 scope;		/* enum pxo_scope */
	__u32 own_tgid;		/* never traced */
	__u32 shards;		/* rings in use */
	__u32 attempts;		/* calls that inference looks at before it gives up */
	__u8 roles[16];		/* per Model.Protocol: roles to send, a mask of enum pxo_role */
	__u32 batch_call_bytes; /* payload sent per call that carries many messages */
	__u32 tls;		/* 1: the TLS object is loaded too */
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_settings) == 64, "ABI");

const volatile struct pxo_settings pxo_settings = {
	.call_bytes = 64 << 10,
	.batch_call_bytes = 1 << 20,
	.shards = 1,
	.attempts = 8,
	.roles = { [1] = 2 },
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32); /* tgid; set by user space and at fork, deleted at exit */
	__type(value, __u8);
} pxo_scope_tgids SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32); /* descriptor of the folder; set by user space */
} pxo_scope_cgroup SEC(".maps");

static __always_inline __u32 task_netns(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();

	return BPF_CORE_READ(task, nsproxy, net_ns, ns.inum);
}

static __always_inline int in_scope(__u32 tgid)
{
	if (tgid == pxo_settings.own_tgid)
		return 0;
	switch (pxo_settings.scope) {
	case PXO_SCOPE_CGROUP:
		return bpf_current_task_under_cgroup(&pxo_scope_cgroup, 0) == 1;
	case PXO_SCOPE_NETNS:
		return task_netns() == pxo_settings.scope_netns;
	case PXO_SCOPE_PROCESSES:
		return bpf_map_lookup_elem(&pxo_scope_tgids, &tgid) != 0;
	default:
		return 1;
	}
}

#endif
