/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* From calls of a TLS library to events of the connection that carries them. */
#ifndef PXO_TLS_PLAINTEXT_H
#define PXO_TLS_PLAINTEXT_H

#define PXO_TLS_FRAME_BYTES 4096 /* a return lies within so much stack of its entry */

/* The counts of the current process; null when it is not looked at. */
static __always_inline struct pxo_tls_process *tls_process(__u32 tgid)
{
	struct pxo_tls_process *process = bpf_map_lookup_elem(&pxo_tls_processes, &tgid);
	struct pxo_tls_process fresh = {};

	if (process || !in_scope(tgid))
		return process;
	bpf_map_update_elem(&pxo_tls_processes, &tgid, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&pxo_tls_processes, &tgid);
}

/* What the current thread does in TLS libraries; null when its process is not looked at. */
static __always_inline struct pxo_tls_call *tls_thread(void)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread), fresh = {};

	if (call || !tls_process(thread >> 32))
		return call;
	bpf_map_update_elem(&pxo_tls_calls, &thread, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&pxo_tls_calls, &thread);
}

static __always_inline int tls_enter_with(struct pt_regs *ctx, __u64 buffer, __u64 count)
{
	struct pxo_tls_call *call = tls_thread();

	if (!call)
		return 0;
	call->object = ctx->di;
	call->buffer = buffer;
	call->count = count;
	call->stack = ctx->sp;
	return 0;
}

static __always_inline int tls_enter(struct pt_regs *ctx, __u64 count)
{
	return tls_enter_with(ctx, ctx->si, count);
}

/*
 * A new object is told its role. The address of a freed one may come back: what was known of that
 * goes.
 */
static __always_inline int tls_note_role(__u64 object, __u8 role)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_stream stream = { .role = role, .whole = 1 };

	if (tls_process(key.tgid))
		bpf_map_update_elem(&pxo_tls_streams, &key, &stream, BPF_ANY);
	return 0;
}

/* A handshake begins or goes on: the thread's next records are its. */
static __always_inline int tls_note_handshake(__u64 object)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_stream stream = { .whole = 1 };
	struct pxo_tls_call *call = tls_thread();

	if (!call)
		return 0;
	call->handshake = object;
	if (!bpf_map_lookup_elem(&pxo_tls_streams, &key))
		bpf_map_update_elem(&pxo_tls_streams, &key, &stream, BPF_NOEXIST);
	return 0;
}

/*
 * A record of an object whose connection is not known yet: remembers what it looks like. Also a
 * hello that a program puts in for reading: no send of the process has these bytes.
 */
static __always_inline int tls_note_record(__u64 data, __s32 bytes)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_written written = { .tgid = thread >> 32 };
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);
	struct pxo_tls_key key = { .tgid = thread >> 32 };
	struct pxo_tls_stream *stream;

	if (!call || bytes < PXO_TLS_FINGERPRINT_END)
		return 0;
	key.object = call->object ? call->object : call->handshake;
	if (!key.object)
		return 0;
	if (call->object) {
		stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
		if (stream &&
		    (stream->method == PXO_TLS_NESTED || tls_connection(stream, key.tgid)))
			return 0; /* known, or found anew by the socket call */
	} else if (tls_record_type(data, bytes) != PXO_TLS_HANDSHAKE_RECORD) {
		return 0; /* data that the program puts in for reading */
	}
	written.fingerprint = tls_fingerprint(data, bytes);
	if (written.fingerprint)
		bpf_map_update_elem(&pxo_tls_written, &written, &key.object, BPF_ANY);
	return 0;
}

/* Protocols that ask for TLS themselves: what they are is known, and what they begin with is over.
 */
static __always_inline int asks_for_tls(__u8 protocol)
{
	return protocol == PXO_PROTOCOL_MYSQL || protocol == PXO_PROTOCOL_PGSQL ||
	       protocol == PXO_PROTOCOL_NATS;
}

/* From now on the payload of the connection is what its TLS library reads and writes. */
static __always_inline void become_plain(struct pxo_connection *connection,
					 const struct pxo_tls_stream *stream)
{
	connection->prefix_bytes[0] = 0;
	connection->prefix_bytes[1] = 0;
	__builtin_memset(connection->prefix, 0, sizeof(connection->prefix));
	connection->attempts = 0;
	connection->tracing = PXO_TRACING_ON;
	if (!asks_for_tls(connection->event.protocol))
		connection->event.protocol = PXO_PROTOCOL_UNKNOWN;
	if (!connection->event.role)
		connection->event.role = stream->role;
	if (!stream->whole)
		connection->event.flags |= PXO_CONNECTION_MIDSTREAM;
	connection->event.flags |= PXO_CONNECTION_TLS;
}

#define PXO_TLS_VECTORS_SHIFT 8

/*
 * Plaintext of an object: to its connection, as payload. Without a buffer (sendfile) as a gap. From
 * bit 8 of direction: the number of struct iovec at buffer, or 0.
 */
__noinline int pxo_tls_plaintext(__u64 object, __u64 buffer, __u64 bytes, __u32 direction)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	__u32 tgid = key.tgid;
	struct pxo_tls_process *process = tls_process(tgid);
	struct pxo_tls_stream *stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	struct transfer t = { .at.left = bytes,
			      .at.base = buffer,
			      .at.base_bytes = buffer ? bytes : 0,
			      .direction = direction & 1 };

	if (!process || (stream && stream->corked && t.direction == PXO_EGRESS))
		return 0;
	if (direction >> PXO_TLS_VECTORS_SHIFT) {
		t.at.vector = buffer;
		t.at.vectors = direction >> PXO_TLS_VECTORS_SHIFT;
		t.at.base_bytes = 0;
	}
	__sync_fetch_and_add(&process->calls, 1);
	__sync_fetch_and_add(&process->bytes, bytes);
	if (process->is_test)
		return 0;
	if (stream)
		t.connection = tls_connection(stream, tgid);
	if (!stream || !t.connection) {
		if (stream)
			stream->whole = 0;
		__sync_fetch_and_add(&process->unlinked, 1);
		count(PXO_TLS_UNLINKED, 1);
		return 0;
	}
	if (!(t.connection->event.flags & PXO_CONNECTION_TLS))
		become_plain(t.connection, stream);
	account(&t, &t.connection->plain_bytes[direction & 1]);
	return 0;
}

/* A call of the thread returns; ctx->ax is what it returns. */
static __always_inline int tls_leave(struct pt_regs *ctx, __u32 direction)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);
	__u64 object, buffer, stack, bytes = 0;
	__s32 result = ctx->ax;

	if (!call)
		return 0; /* it began before the probes came, or the process is not looked at */
	object = call->object;
	buffer = call->buffer;
	stack = call->stack;
	call->object = 0;
	if (!object || ctx->sp - stack + PXO_TLS_FRAME_BYTES > 2 * PXO_TLS_FRAME_BYTES) {
		count(PXO_TLS_OTHER_STACK, 1); /* fibers: another call of this thread began since */
		return 0;
	}
	if (result <= 0)
		return 0;
	if (!call->count)
		bytes = (__u32)result;
	else if (bpf_probe_read_user(&bytes, sizeof(bytes), (void *)call->count))
		count(PXO_USER_FAULT, 1);
	if (!bytes)
		return 0;
	return pxo_tls_plaintext(object, buffer, bytes, direction);
}

#endif
