/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* What the socket object does for a socket call of a process that uses a TLS library. */
#ifndef PXO_TLS_TRANSFER_H
#define PXO_TLS_TRANSFER_H

/* Notes the connection of the thread's last receive, for libraries that decrypt it next. */
static __always_inline void tls_note_received(struct pxo_tls_call *call, __u64 thread,
					      const struct pxo_connection_id *id, __u64 bytes)
{
	struct pxo_tls_call fresh = {};

	if (!call) {
		bpf_map_update_elem(&pxo_tls_calls, &thread, &fresh, BPF_NOEXIST);
		call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);
		if (!call)
			return;
	}
	if (call->received_generation != id->generation || call->received_fd != id->fd)
		call->received_bytes = 0;
	call->received_bytes += bytes;
	call->received_generation = id->generation;
	call->received_fd = id->fd;
}

/* Looks for the TLS object behind a call that moved bytes over fd. */
__noinline int pxo_tls_transfer(__u32 fd, __u64 address, __u64 extra, __u64 bytes, __u32 shape)
{
	struct pxo_connection_key key = { .fd = fd, .tgid = current_tgid() };
	struct pxo_tls_written written = { .tgid = key.tgid };
	struct transfer t = { .at.left = bytes };
	__u64 thread = bpf_get_current_pid_tgid(), *object;
	struct pxo_tls_process *process = bpf_map_lookup_elem(&pxo_tls_processes, &key.tgid);
	struct pxo_connection *connection = bpf_map_lookup_elem(&pxo_connections, &key);
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);

	if (!connection || !process || connection->event.flags & PXO_CONNECTION_DATAGRAM)
		return 0;
	if (shape & PXO_INBOUND)
		tls_note_received(call, thread, &connection->event.header.connection, bytes);
	if (call && call->object) {
		if (tls_is_linked(call->object, connection, process, PXO_TLS_NESTED))
			return 0;
	} else {
		if (process->awaited && !(connection->event.flags & PXO_CONNECTION_TLS))
			tls_link_goroutine(connection, process);
		if (connection->event.flags & PXO_CONNECTION_TLS || shape & PXO_INBOUND)
			return 0;
	}
	if (!(shape & (PXO_INBOUND | PXO_NO_MEMORY))) {
		set_source(&t, address, extra, shape);
		if (!t.at.base_bytes)
			next_vector(&t);
	}
	if (call && call->object) {
		tls_link(call->object, connection, process, PXO_TLS_NESTED,
			 tls_record_type(t.at.base, t.at.base_bytes));
		return 0;
	}
	written.fingerprint = tls_fingerprint(t.at.base, t.at.base_bytes);
	if (!written.fingerprint)
		return 0;
	object = bpf_map_lookup_elem(&pxo_tls_written, &written);
	if (!object)
		return 0;
	if (!tls_is_linked(*object, connection, process, PXO_TLS_CIPHER))
		tls_link(*object, connection, process, PXO_TLS_CIPHER, 1);
	bpf_map_delete_elem(&pxo_tls_written, &written);
	return 0;
}

#endif
