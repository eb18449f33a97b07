/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Writes events into the ring of a connection's shard. Records are reserved in classes of constant
 * size, so that payload is copied once, from user memory into the ring. Nobody is woken: user space
 * drains on a timer.
 */
#ifndef PXO_EMIT_H
#define PXO_EMIT_H

#define PXO_EVENT_BYTES	  16384 /* the largest record */
#define PXO_PAYLOAD_BYTES (PXO_EVENT_BYTES - sizeof(struct pxo_data_event))

struct pxo_ring {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096); /* a pattern only; user space makes the rings and their size */
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 64); /* shards at most */
	__type(key, __u32);
	__array(values, struct pxo_ring);
} pxo_rings SEC(".maps");

/* Also in SocketProbe.ShardOf: a connection's shard follows from tgid and fd alone. */
static __always_inline __u32 shard_of(const struct pxo_connection_id *id)
{
	__u32 hash = id->tgid * 2654435761U + (__u32)id->fd * 2246822519U;

	return (hash >> 16) % pxo_settings.shards;
}

static __always_inline void *ring_of(const struct pxo_connection_id *id)
{
	__u32 shard = 0;
	void *ring;

	if (pxo_settings.shards > 1)
		shard = shard_of(id);
	ring = bpf_map_lookup_elem(&pxo_rings, &shard);
	if (!ring)
		count(PXO_NO_RING, 1);
	return ring;
}

/* Sends an OPEN or CLOSE event. */
static __always_inline void emit_connection(struct pxo_connection_event *state, __u32 kind)
{
	struct pxo_connection_event *event;
	void *ring = ring_of(&state->header.connection);

	if (!ring)
		return;
	event = bpf_ringbuf_reserve(ring, sizeof(*event), 0);
	if (!event) {
		count(kind == PXO_EVENT_OPEN ? PXO_LOST_OPEN : PXO_LOST_CLOSE, 1);
		return;
	}
	*event = *state;
	event->header.kind = kind;
	event->header.size = sizeof(*event);
	event->header.timestamp_ns = bpf_ktime_get_boot_ns();
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/* One piece of payload; its source is user memory unless from_kernel. */
struct piece {
	struct pxo_connection_event *state;
	void *ring;
	__u64 timestamp_ns;
	__u64 position;
	__u64 source;
	__u32 direction;
	int from_kernel;
};

static __always_inline int emit_sized(const struct piece *piece, __u64 bytes, const __u64 record)
{
	struct pxo_data_event *event = bpf_ringbuf_reserve(piece->ring, record, 0);
	long fault = 0;

	if (!event) {
		count(PXO_LOST_DATA, 1);
		if (bytes) /* adding 0 would compile to an atomic that 5.10 has not */
			count(PXO_LOST_DATA_BYTES, bytes);
		return -1;
	}
	event->header.kind = PXO_EVENT_DATA;
	event->header.size = sizeof(*event) + bytes;
	event->header.timestamp_ns = piece->timestamp_ns;
	event->header.connection = piece->state->header.connection;
	event->position = piece->position;
	event->payload_bytes = bytes;
	event->direction = piece->direction;
	event->protocol = piece->state->protocol;
	event->role = piece->state->role;
	event->flags = piece->state->flags;
	if (piece->from_kernel)
		fault = bpf_probe_read_kernel(event + 1, bytes, (void *)piece->source);
	else if (record > 64)
		fault = bpf_probe_read_user(event + 1, bytes, (void *)piece->source);
	if (fault) {
		count(PXO_USER_FAULT, 1);
		bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		return -1;
	}
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return 0;
}

/* Sends bytes of payload, at most PXO_PAYLOAD_BYTES, in a record of the smallest class that fits.
 */
static __always_inline int emit_piece(const struct piece *piece, __u64 bytes)
{
#define PXO_CLASS(record)                                                                          \
	if (bytes <= (record) - sizeof(struct pxo_data_event))                                     \
	return emit_sized(piece, bytes, record)
	PXO_CLASS(128);
	PXO_CLASS(256);
	PXO_CLASS(384);
	PXO_CLASS(512);
	PXO_CLASS(1024);
	PXO_CLASS(2048);
	PXO_CLASS(4096);
	PXO_CLASS(8192);
	PXO_CLASS(PXO_EVENT_BYTES);
#undef PXO_CLASS
	return -1;
}

#endif
