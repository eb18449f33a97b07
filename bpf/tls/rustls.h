/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * rustls, included by tls.bpf.c. Its calls work on memory, and its objects move: what a thread
 * does just before or after names the connection.
 *   read   the thread receives records, then decrypts them: the connection of its last receive,
 *          while no more plaintext came out than went in.
 *   write  the thread encrypts, then sends: plaintext of an object that has not read yet waits for
 *          the send that follows on the thread, inside ChunkVecBuffer::write_to, which takes a
 *          member of the object. The program lends its buffer until then; whether it still holds
 *          the plaintext is checked.
 * A handshake message begins anew: its object may lie where another lay.
 *   Arguments are in registers as Rust's own calling convention has them in all versions so far: a
 * reference as a pointer, a slice as pointer and length.
 */
#ifndef PXO_TLS_RUSTLS_H
#define PXO_TLS_RUSTLS_H

/* Below the size of a connection: a member so far behind an object belongs to it. */
#define PXO_RUSTLS_STATE_BYTES 896
#define PXO_RUSTLS_VECTORS_MAX 64
#define PXO_RUSTLS_BYTES_MAX   (1 << 16) /* of a record: 16 KiB and some */

/* Plaintext that waits for its connection. */
struct pxo_rustls_write {
	__u64 object; /* CommonState; 0: none waits */
	__u64 buffer;
	__u64 bytes;
	__u64 vectors; /* number of struct iovec at buffer; 0: plaintext itself is there */
	__u64 start;   /* what the buffer starts with */
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096); /* threads that write by rustls */
	__type(key, __u64);	   /* pid_tgid */
	__type(value, struct pxo_rustls_write);
} pxo_rustls_writes SEC(".maps");

/* The first bytes of a buffer that are enough to see whether it changed. */
static __always_inline __u64 rustls_start(__u64 buffer, __u64 bytes)
{
	__u64 start = 0;

	if (bytes < sizeof(start))
		bpf_probe_read_user(&start, 1, (void *)buffer);
	else
		bpf_probe_read_user(&start, sizeof(start), (void *)buffer);
	return start;
}

static __always_inline int rustls_emit(const struct pxo_rustls_write *write)
{
	__u32 vectors =
		write->vectors < PXO_RUSTLS_VECTORS_MAX ? write->vectors : PXO_RUSTLS_VECTORS_MAX;

	return pxo_tls_plaintext(write->object, write->buffer, write->bytes,
				 PXO_EGRESS | vectors << PXO_TLS_VECTORS_SHIFT);
}

/* CommonState::send_msg(object, …): a message of the handshake, or an alert. */
SEC("uprobe")
int pxo_rustls_message(struct pt_regs *ctx)
{
	return tls_note_role(ctx->di, PXO_ROLE_NONE);
}

/*
 * CommonState::buffer_plaintext(object, chunks, …), since rustls 0.22. chunks: 0, pointer, length;
 * or pointer and length of a slice of such pairs, which are laid out as struct iovec.
 *   Up to 0.21 send_some_plaintext(object, buffer, bytes), by pxo_tls_enter.
 */
SEC("uprobe")
int pxo_rustls_send_chunks(struct pt_regs *ctx)
{
	struct pxo_tls_call *call = tls_thread();
	__u64 chunks[2] = {};

	if (!call)
		return 0;
	if (bpf_probe_read_user(chunks, sizeof(chunks), (void *)ctx->si)) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	call->object = ctx->di;
	call->buffer = chunks[0] ? chunks[0] : chunks[1];
	call->count = chunks[0] ? chunks[1] : 0; /* of vectors */
	return 0;
}

/* Either returns the bytes that it took. */
SEC("uprobe")
int pxo_rustls_leave_send(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);
	struct pxo_tls_key key = { .tgid = thread >> 32 };
	struct pxo_rustls_write write = { .bytes = ctx->ax };
	struct pxo_tls_stream *stream;

	if (!call || !call->object)
		return 0;
	write.object = key.object = call->object;
	write.buffer = call->buffer;
	write.vectors = call->count;
	call->object = 0;
	if (!write.bytes || write.bytes >> 31)
		return 0;
	stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	if (stream && tls_connection(stream, key.tgid))
		return rustls_emit(&write);
	write.start = rustls_start(write.buffer, write.bytes);
	bpf_map_update_elem(&pxo_rustls_writes, &thread, &write, BPF_ANY);
	return 0;
}

/* ChunkVecBuffer::write_to(buffer, writer). Older compilers return the result through a pointer in
 * the first register. */
SEC("uprobe")
int pxo_rustls_write_to(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_rustls_write *write = bpf_map_lookup_elem(&pxo_rustls_writes, &thread);
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);

	if (!write || !call)
		return 0;
	if (ctx->di - write->object >= PXO_RUSTLS_STATE_BYTES &&
	    ctx->si - write->object >= PXO_RUSTLS_STATE_BYTES)
		return 0; /* another object's */
	call->object = write->object;
	return 0;
}

SEC("uprobe")
int pxo_rustls_leave_write_to(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_rustls_write *found = bpf_map_lookup_elem(&pxo_rustls_writes, &thread), write;
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);

	if (!found || !call || call->object != found->object)
		return 0;
	call->object = 0;
	write = *found;
	bpf_map_delete_elem(&pxo_rustls_writes, &thread);
	if (rustls_start(write.buffer, write.bytes) == write.start)
		return rustls_emit(&write);
	count(PXO_TLS_UNLINKED, 1); /* the program used its buffer for something else */
	return 0;
}

/* The object's records come over the connection of the thread's last receive. */
static __always_inline void rustls_link_received(__u64 object, struct pxo_tls_call *call,
						 __u64 bytes)
{
	struct pxo_tls_stream stream = { .generation = call->received_generation,
					 .fd = call->received_fd };
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_process *process = tls_process(key.tgid);
	struct pxo_tls_stream *known = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	struct pxo_connection *connection = tls_connection(&stream, key.tgid);

	if (!process || !connection || bytes > call->received_bytes)
		return;
	call->received_bytes -= bytes;
	if (known && known->generation == stream.generation && known->fd == stream.fd)
		return;
	stream.method = PXO_TLS_NESTED;
	stream.whole = known ? known->whole : !(connection->event.flags & PXO_CONNECTION_MIDSTREAM);
	__sync_fetch_and_add(&process->nested, 1);
	bpf_map_update_elem(&pxo_tls_streams, &key, &stream, BPF_ANY);
}

/*
 * CommonState::take_received_plaintext(object, payload): a record was decrypted. payload, a Vec or
 * a slice: its length is third; its pointer is first in old compilers, else second behind a
 * capacity or a mark.
 */
SEC("uprobe")
int pxo_rustls_received(struct pt_regs *ctx)
{
	struct pxo_tls_call *call = tls_thread();
	__u64 payload[3];

	if (!call)
		return 0;
	if (bpf_probe_read_user(payload, sizeof(payload), (void *)ctx->si)) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	if (payload[0] < 1 << 20 || payload[0] >> 47) /* no address: capacities are below 20 KB */
		payload[0] = payload[1];
	if (!payload[2] || payload[2] > PXO_RUSTLS_BYTES_MAX)
		return 0;
	rustls_link_received(ctx->di, call, payload[2]);
	return pxo_tls_plaintext(ctx->di, payload[0], payload[2], PXO_INGRESS);
}

#endif
