/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Go: a TLS object whose connection cannot be told by its fields gets that of the next socket call
 * of the goroutine that works on it. Included by both objects.
 */
#ifndef PXO_TLS_GOROUTINES_H
#define PXO_TLS_GOROUTINES_H

#define PXO_GO_G_AT (-8) /* of the thread pointer: runtime.g * of the goroutine that runs */

struct pxo_tls_goroutine {
	__u64 goroutine; /* runtime.g * */
	__u64 tgid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096); /* goroutines in a TLS call of an unknown connection */
	__type(key, struct pxo_tls_goroutine);
	__type(value, __u64); /* the object; deleted by the socket call */
} pxo_tls_goroutines SEC(".maps");

/* The goroutine that the current thread runs; 0: none. */
static __always_inline __u64 tls_goroutine(void)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u64 goroutine = 0;

	if (bpf_probe_read_user(&goroutine, sizeof(goroutine),
				(void *)(BPF_CORE_READ(task, thread.fsbase) + PXO_GO_G_AT)))
		return 0;
	return goroutine;
}

/* A socket call: links the object that its goroutine works on, if it waits for one. */
static __always_inline void tls_link_goroutine(struct pxo_connection *connection,
					       struct pxo_tls_process *process)
{
	struct pxo_tls_goroutine key = {
		.goroutine = tls_goroutine(),
		.tgid = connection->event.header.connection.tgid,
	};
	__u64 *object = bpf_map_lookup_elem(&pxo_tls_goroutines, &key);

	if (!object)
		return;
	if (!tls_is_linked(*object, connection, process, PXO_TLS_NESTED))
		tls_link(*object, connection, process, PXO_TLS_NESTED, 0);
	bpf_map_delete_elem(&pxo_tls_goroutines, &key);
	__sync_fetch_and_add(&process->awaited, -1);
}

#endif
