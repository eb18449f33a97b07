/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Bytes that a call moved: counted for every internet socket; looked at while the protocol is not
 * known; sent when protocol and role are wanted.
 */
#ifndef PXO_TRANSFER_H
#define PXO_TRANSFER_H

#define PXO_PIECES_MAX 68 /* events that one call may send: 64 vectors and some */

/* How a call names its payload. */
enum pxo_shape {
	PXO_INBOUND = PXO_INGRESS, /* else egress */
	PXO_BUFFER = 0,	   /* address: bytes; extra: struct sockaddr of a datagram's peer, or 0 */
	PXO_VECTOR = 2,	   /* address: struct iovec[]; extra: their number */
	PXO_MESSAGE = 4,   /* address: struct msghdr */
	PXO_NO_MEMORY = 8, /* sendfile, splice, MSG_TRUNC: nothing to read; extra as above */
};

/* Where in user memory the call's next bytes are. */
struct cursor {
	__u64 vector;  /* next struct iovec, when there are vectors */
	__u64 vectors; /* left behind it */
	__u64 base;    /* current piece: user memory not yet sent */
	__u64 base_bytes;
	__u64 left;	/* of the call, over all pieces */
	__u64 allowed;	/* of these that may be sent */
	__u64 position; /* of the next byte */
};

/* One call, as the steps below pass it on. */
struct transfer {
	struct pxo_connection *connection;
	struct cursor at;
	__u64 name; /* struct sockaddr of the peer, or 0 */
	__u32 direction;
};

/*
 * Copies the cursor onto itself by a helper. After that the verifier knows nothing of its numbers,
 * so that one turn of the loop looks like the next and is not explored once per history of piece
 * sizes.
 */
static __always_inline void forget(struct cursor *at)
{
	struct cursor same = *at;

	bpf_probe_read_kernel(at, sizeof(*at), &same);
}

/* Goes to the next non-empty vector; 0 at the end of the vectors or at a fault. */
static __always_inline int next_vector(struct transfer *t)
{
	struct pxo_iovec vector;

	if (!t->at.vectors)
		return 0;
	if (bpf_probe_read_user(&vector, sizeof(vector), (void *)t->at.vector)) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	t->at.vector += sizeof(vector);
	t->at.vectors--;
	t->at.base = vector.base;
	t->at.base_bytes = vector.bytes;
	return 1;
}

/* Sets the payload's whereabouts from the call's arguments. */
static __always_inline void set_source(struct transfer *t, __u64 address, __u64 extra, __u32 shape)
{
	struct pxo_msghdr message;

	if (shape & PXO_MESSAGE) {
		if (bpf_probe_read_user(&message, sizeof(message), (void *)address)) {
			count(PXO_USER_FAULT, 1);
			return;
		}
		t->at.vector = message.vector;
		t->at.vectors = message.count;
		t->name = message.name_bytes ? message.name : 0;
	} else if (shape & PXO_VECTOR) {
		t->at.vector = address;
		t->at.vectors = extra;
	} else if (!(shape & PXO_NO_MEMORY)) {
		t->at.base = address;
		t->at.base_bytes = t->at.left;
		t->name = extra;
	} else {
		t->name = extra;
	}
}

/* Head of the call: its first bytes, or the direction's first bytes while those are still few. */
static __always_inline void read_head(struct transfer *t, struct head *head, __u64 *kept)
{
	struct pxo_connection *connection = t->connection;
	__u32 direction = t->direction & 1;
	__u64 have = connection->prefix_bytes[direction];
	__u8 *prefix = connection->prefix[direction];
	__u64 bytes = t->at.left;

	if (bytes > t->at.base_bytes)
		bytes = t->at.base_bytes;
	if (bytes > PXO_PREFIX_BYTES)
		bytes = PXO_PREFIX_BYTES;
	if (have < PXO_PREFIX_BYTES && t->at.position == have) {
		if (bpf_probe_read_user(prefix + have, bytes, (void *)t->at.base))
			return;
		*kept = have;
		have += bytes;
		if (have > PXO_PREFIX_BYTES)
			have = PXO_PREFIX_BYTES;
		/* a call in several pieces ends the prefix: what follows is not looked at */
		connection->prefix_bytes[direction] = t->at.left > bytes ? PXO_PREFIX_BYTES : have;
		head->bytes = have;
		head->length = t->at.position + t->at.left;
		head->words[0] = ((__u64 *)prefix)[0];
		head->words[1] = ((__u64 *)prefix)[1];
		return;
	}
	if (!bpf_probe_read_user(head->words, bytes, (void *)t->at.base))
		head->bytes = bytes;
}

/* Looks at a call of a connection whose protocol is not known yet. */
static __always_inline void recognise(struct transfer *t)
{
	struct pxo_connection_event *event = &t->connection->event;
	struct head head = { .length = t->at.left,
			     .datagram = event->flags & PXO_CONNECTION_DATAGRAM };
	struct piece piece = { .state = event, .direction = t->direction, .from_kernel = 1 };
	enum pxo_message message;
	__u64 kept = 0;

	if (t->connection->attempts >= pxo_settings.attempts) {
		if (pxo_settings.roles[0])
			return; /* bytes of unknown protocols are wanted too */
		t->connection->tracing = PXO_TRACING_OFF;
		count(PXO_UNRECOGNISED, 1);
		return;
	}
	t->connection->attempts++;
#pragma unroll
	for (int i = 0; i < 3 && !t->at.base_bytes; i++)
		next_vector(t);
	read_head(t, &head, &kept);
	message = infer(&head, &event->protocol);
	if (message == PXO_MESSAGE_NONE)
		return;
	if (!event->role && message != PXO_MESSAGE_EITHER)
		event->role = (message == PXO_MESSAGE_REQUEST) == (t->direction == PXO_INGRESS)
				      ? PXO_ROLE_SERVER
				      : PXO_ROLE_CLIENT;
	if (!kept || pxo_settings.roles[0] ||
	    !(pxo_settings.roles[event->protocol & 15] & event->role))
		return;
	piece.ring = ring_of(&event->header.connection); /* what came before in small calls */
	piece.timestamp_ns = bpf_ktime_get_boot_ns();
	piece.source = (__u64)t->connection->prefix[t->direction & 1];
	if (piece.ring)
		emit_sized(&piece, kept, 256);
}

/* Payload sent per call: more where it may hold thousands of messages, and a gap loses them. */
static __always_inline __u64 call_bytes(__u8 protocol)
{
	switch (protocol) {
	case PXO_PROTOCOL_HTTP2:
	case PXO_PROTOCOL_NATS:
	case PXO_PROTOCOL_AMQP:
	case PXO_PROTOCOL_MQTT:
		return pxo_settings.batch_call_bytes;
	default:
		return pxo_settings.call_bytes;
	}
}

/* May payload of this connection be sent, and how much of this call? */
static __always_inline __u64 allowance(struct transfer *t)
{
	struct pxo_connection *connection = t->connection;
	__u8 wanted = pxo_settings.roles[connection->event.protocol & 15];
	__u64 bytes = call_bytes(connection->event.protocol);
	__u64 used = connection->payload_bytes;

	if (!wanted || (connection->event.role && !(wanted & connection->event.role)))
		return 0;
	if (pxo_settings.connection_bytes) {
		if (used >= pxo_settings.connection_bytes) {
			connection->tracing = PXO_TRACING_OFF;
			count(PXO_CONNECTION_CUT_BYTES, t->at.left);
			return 0;
		}
		if (bytes > pxo_settings.connection_bytes - used)
			bytes = pxo_settings.connection_bytes - used;
	}
	return bytes;
}

/* Sends the call's pieces in order, and a mark at its end when some of it was left out. */
static __always_inline void send_pieces(struct transfer *t)
{
	struct piece piece = { .state = &t->connection->event, .direction = t->direction };
	__u64 bytes;

	piece.ring = ring_of(&piece.state->header.connection);
	if (!piece.ring)
		return;
	piece.timestamp_ns = bpf_ktime_get_boot_ns();
	for (int i = 0; i < PXO_PIECES_MAX; i++) {
		if (i > 0)
			forget(&t->at);
		if (!t->at.base_bytes && !next_vector(t))
			break;
		bytes = t->at.base_bytes;
		if (bytes > t->at.left)
			bytes = t->at.left;
		if (bytes > t->at.allowed)
			bytes = t->at.allowed;
		if (bytes > PXO_PAYLOAD_BYTES)
			bytes = PXO_PAYLOAD_BYTES;
		if (!bytes)
			continue;
		piece.source = t->at.base;
		piece.position = t->at.position;
		emit_piece(&piece, bytes);
		t->at.base += bytes;
		t->at.base_bytes -= bytes;
		t->at.left -= bytes;
		t->at.allowed -= bytes;
		t->at.position += bytes;
		t->connection->payload_bytes += bytes;
		if (!t->at.left || !t->at.allowed)
			break;
	}
	if (!t->at.left)
		return;
	if (t->at.allowed && t->at.vectors)
		count(PXO_VECTOR_CUT, 1);
	count(PXO_CALL_CUT_BYTES, t->at.left);
	piece.position = t->at.position + t->at.left;
	emit_sized(&piece, 0, 64);
}

/* Adds the payload's bytes to a total of its direction, then infers and sends. */
static __always_inline void account(struct transfer *t, __u64 *total)
{
	struct pxo_connection *connection = t->connection;

	t->at.position = *total;
	__sync_fetch_and_add(total, t->at.left);
	if (connection->tracing == PXO_TRACING_OFF)
		return;
	if (connection->event.protocol == PXO_PROTOCOL_UNKNOWN)
		recognise(t);
	t->at.allowed = allowance(t);
	if (t->at.allowed)
		send_pieces(t);
}

/* Bytes of a socket: counted, and sent unless a TLS library tells what they mean. */
static __always_inline void account_socket(struct transfer *t)
{
	struct pxo_connection_event *event = &t->connection->event;
	__u64 *total = t->direction == PXO_INGRESS ? &event->bytes_received : &event->bytes_sent;

	if (event->flags & PXO_CONNECTION_TLS)
		__sync_fetch_and_add(total, t->at.left);
	else
		account(t, total);
}

/* The peer a datagram was exchanged with: as named by the call, else as connected, else none. */
static __always_inline void read_peer(const struct pxo_connection *socket, __u64 name,
				      struct pxo_peer_key *key)
{
	struct {
		__u16 family;
		__be16 port;
		__be32 ipv4;
		__u8 ipv6[16];
	} address = {};

	if (!name) {
		__builtin_memcpy(key->address, socket->event.remote_address, 16);
		key->port = socket->event.remote_port;
		key->family = socket->event.family;
		return;
	}
	key->family = socket->event.family;
	if (bpf_probe_read_user(&address, 8, (void *)name)) {
		count(PXO_USER_FAULT, 1);
		return;
	}
	key->port = bpf_ntohs(address.port);
	if (address.family == AF_INET) {
		key->family = PXO_FAMILY_IPV4;
		*(__be32 *)key->address = address.ipv4;
	} else if (address.family == AF_INET6) {
		bpf_probe_read_user(key->address, 16, (void *)(name + 8));
		key->family = normalise(key->address);
	}
}

/* Entry of a UDP socket's peer, made at its first datagram. */
static __always_inline struct pxo_connection *
find_peer(struct pxo_connection *socket, const struct pxo_connection_key *key, __u64 name)
{
	struct pxo_peer_key peer_key = { .socket = *key };
	struct pxo_connection *peer;

	read_peer(socket, name, &peer_key);
	peer = bpf_map_lookup_elem(&pxo_peers, &peer_key);
	if (peer && peer->file == socket->file)
		return peer;
	if (peer) {
		emit_connection(&peer->event, PXO_EVENT_CLOSE);
		bpf_map_delete_elem(&pxo_peers, &peer_key);
	}
	if (!socket->event.remote_port) {
		/* the first peer, which close ends at once */
		__builtin_memcpy(socket->event.remote_address, peer_key.address, 16);
		socket->event.remote_port = peer_key.port;
		socket->event.family = peer_key.family;
	}
	if (bpf_map_update_elem(&pxo_peers, &peer_key, &pxo_empty, BPF_NOEXIST)) {
		count(PXO_PEERS_FULL, 1);
		return 0;
	}
	peer = bpf_map_lookup_elem(&pxo_peers, &peer_key);
	if (!peer)
		return 0;
	peer->event = socket->event;
	peer->file = socket->file;
	peer->event.header.kind = PXO_EVENT_OPEN;
	peer->event.header.timestamp_ns = bpf_ktime_get_boot_ns();
	peer->event.header.connection.generation = peer->event.header.timestamp_ns;
	__builtin_memcpy(peer->event.remote_address, peer_key.address, 16);
	peer->event.remote_port = peer_key.port;
	peer->event.family = peer_key.family;
	emit_connection(&peer->event, PXO_EVENT_OPEN);
	return peer;
}

#include "../tls/transfer.h"

/*
 * A call moved bytes over fd. A function of its own for the verifier, which looks at it once per
 * program instead of once per call site.
 */
__noinline int pxo_transfer(__u32 fd, __u64 address, __u64 extra, __u64 bytes, __u32 shape)
{
	struct pxo_connection_key key = { .fd = fd, .tgid = current_tgid() };
	struct transfer t = { .at.left = bytes, .direction = shape & PXO_INBOUND };

	t.connection = find(&key);
	if (!t.connection)
		return 0;
	if (pxo_settings.tls && bpf_map_lookup_elem(&pxo_tls_processes, &key.tgid))
		pxo_tls_transfer(fd, address, extra, bytes, shape);
	if (!(t.connection->event.flags & PXO_CONNECTION_DATAGRAM) &&
	    (t.connection->tracing == PXO_TRACING_OFF ||
	     t.connection->event.flags & PXO_CONNECTION_TLS)) {
		account_socket(&t);
		return 0;
	}
	set_source(&t, address, extra, shape);
	if (t.connection->event.flags & PXO_CONNECTION_DATAGRAM) {
		t.connection = find_peer(t.connection, &key, t.name);
		if (!t.connection)
			return 0;
		t.connection->event.header.timestamp_ns = bpf_ktime_get_boot_ns();
	}
	account_socket(&t);
	return 0;
}

#endif
