/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Live connections: a stream socket per (tgid, fd); for UDP also one entry per peer. An entry is
 * made by connect, accept or the first call on the fd, and goes with close, dup2, dup3,
 * close_range, exec, exit, or when the fd is found to hold another file. What is missed is swept by
 * user space.
 */
#ifndef PXO_CONNECTION_H
#define PXO_CONNECTION_H

#define PXO_PREFIX_BYTES 16 /* of a direction's start, kept for inference */

enum pxo_tracing {
	PXO_TRACING_ON = 0,  /* payload is inferred and sent */
	PXO_TRACING_OFF = 1, /* counters only: given up or demoted */
};

/* Value of both maps. User space reads the first 96 bytes and the file. */
struct pxo_connection {
	struct pxo_connection_event event; /* header: kind OPEN, or 0 for a UDP socket itself */
	__u64 file;	     /* address of the struct file: another one means the fd was reused */
	__u64 payload_bytes; /* sent to user space */
	__u8 prefix[2][2 * PXO_PREFIX_BYTES]; /* per direction; twice, so that any copy fits */
	__u8 prefix_bytes[2];
	__u8 attempts; /* calls that inference has looked at */
	__u8 tracing;  /* enum pxo_tracing */
	__u8 pad[4];
	__u64 plain_bytes[2]; /* per direction, moved by calls of a TLS library */
};
_Static_assert(sizeof(struct pxo_connection) == 200, "ABI");

struct pxo_connection_key {
	__u32 fd;
	__u32 tgid;
};

struct pxo_peer_key {
	struct pxo_connection_key socket;
	__u8 address[16];
	__u16 port;
	__u16 family;
	__u32 pad;
};
_Static_assert(sizeof(struct pxo_peer_key) == 32, "ABI");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536); /* set by user space */
	__type(key, struct pxo_connection_key);
	__type(value, struct pxo_connection);
} pxo_connections SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384); /* set by user space */
	__type(key, struct pxo_peer_key);
	__type(value, struct pxo_connection);
} pxo_peers SEC(".maps");

/* Live entries of pxo_connections per process, so that exit looks no further than it must. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, __u32); /* tgid */
	__type(value, __s64);
} pxo_processes SEC(".maps");

/* A connection that its process closed unused: a hand-over to a forked child, or by SCM_RIGHTS. */
struct pxo_handed {
	__u16 local_port;
	__u16 remote_port;
	__u8 role;
	__u8 pad[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u64); /* address of the struct file */
	__type(value, struct pxo_handed);
} pxo_handed SEC(".maps");

static __always_inline __u32 current_tgid(void)
{
	return bpf_get_current_pid_tgid() >> 32;
}

static __always_inline void count_live(__u32 tgid, __s64 change)
{
	__s64 *live = bpf_map_lookup_elem(&pxo_processes, &tgid);

	if (live)
		__sync_fetch_and_add(live, change);
	else if (change > 0)
		bpf_map_update_elem(&pxo_processes, &tgid, &change, BPF_NOEXIST);
}

/* Ends the peer that a UDP socket talked to first; further peers are left to user space. */
static __always_inline void close_first_peer(const struct pxo_connection_key *key,
					     const struct pxo_connection *socket)
{
	struct pxo_peer_key peer_key = { .socket = *key };
	struct pxo_connection *peer;

	__builtin_memcpy(peer_key.address, socket->event.remote_address, 16);
	peer_key.port = socket->event.remote_port;
	peer_key.family = socket->event.family;
	peer = bpf_map_lookup_elem(&pxo_peers, &peer_key);
	if (!peer || peer->file != socket->file)
		return;
	emit_connection(&peer->event, PXO_EVENT_CLOSE);
	bpf_map_delete_elem(&pxo_peers, &peer_key);
}

static __always_inline void remember_handed(const struct pxo_connection *connection)
{
	const struct pxo_connection_event *event = &connection->event;
	struct pxo_handed handed = { .local_port = event->local_port,
				     .remote_port = event->remote_port,
				     .role = event->role };
	__u64 file = connection->file;

	if (event->role && !event->bytes_sent && !event->bytes_received)
		bpf_map_update_elem(&pxo_handed, &file, &handed, BPF_ANY);
}

/* Ends the current process' connection on fd, unless the fd still holds its file. */
__noinline int pxo_close(__u32 fd, __u32 keep_open_file)
{
	struct pxo_connection_key key = { .fd = fd, .tgid = current_tgid() };
	struct pxo_connection *connection = bpf_map_lookup_elem(&pxo_connections, &key);

	if (!connection)
		return 0;
	if (keep_open_file && connection->file == (__u64)file_of(fd))
		return 0;
	if (connection->event.header.kind) {
		emit_connection(&connection->event, PXO_EVENT_CLOSE);
		remember_handed(connection);
	} else {
		close_first_peer(&key, connection);
	}
	bpf_map_delete_elem(&pxo_connections, &key);
	count_live(key.tgid, -1);
	return 1;
}

/* Takes over what another process knew of the connection before it closed it unused. */
static __always_inline int take_handed(struct pxo_connection *connection)
{
	__u64 file = connection->file;
	struct pxo_handed *handed = bpf_map_lookup_elem(&pxo_handed, &file);

	if (!handed || handed->local_port != connection->event.local_port ||
	    handed->remote_port != connection->event.remote_port)
		return 0;
	connection->event.role = handed->role;
	bpf_map_delete_elem(&pxo_handed, &file);
	return 1;
}

/* A forked child goes on with a connection: what the parent knew of it holds on. */
static __always_inline int inherit(struct pxo_connection *child, __u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pxo_connection_key key = { .fd = fd };
	struct pxo_connection *parent;

	key.tgid = BPF_CORE_READ(task, group_leader, real_parent, tgid);
	parent = bpf_map_lookup_elem(&pxo_connections, &key);
	if (!parent || parent->file != child->file)
		return take_handed(child);
	child->event.role = parent->event.role;
	child->event.protocol = parent->event.protocol;
	child->event.flags = parent->event.flags;
	if (parent->event.bytes_sent || parent->event.bytes_received)
		child->event.flags |= PXO_CONNECTION_MIDSTREAM;
	return 1;
}

/* What a new entry starts from; on the stack it would take a third of the room there is. */
struct pxo_connection pxo_empty;

/* Makes the entry of a socket that is seen for the first time; null when it is none of ours. */
static __always_inline struct pxo_connection *create(const struct pxo_connection_key *key,
						     struct file *file, __u8 role, int midstream)
{
	struct pxo_connection *made;
	struct pxo_connection_event *event;
	int datagram = 0;
	struct sock *sk = sock_of(file, &datagram);

	if (!sk)
		return 0;
	if (bpf_map_update_elem(&pxo_connections, key, &pxo_empty, BPF_NOEXIST)) {
		count(PXO_CONNECTIONS_FULL, 1);
		return 0;
	}
	made = bpf_map_lookup_elem(&pxo_connections, key);
	if (!made)
		return 0;
	event = &made->event;
	made->file = (__u64)file;
	event->header.kind = datagram ? 0 : PXO_EVENT_OPEN;
	event->header.size = sizeof(*event);
	event->header.timestamp_ns = bpf_ktime_get_boot_ns();
	event->header.connection.generation = event->header.timestamp_ns;
	event->header.connection.start_ticks = start_ticks();
	event->header.connection.tgid = key->tgid;
	event->header.connection.fd = key->fd;
	read_addresses(sk, event);
	event->role = role;
	if (datagram)
		event->flags = PXO_CONNECTION_DATAGRAM;
	else if (midstream && !inherit(made, key->fd))
		event->flags = PXO_CONNECTION_MIDSTREAM;
	count_live(key->tgid, 1);
	if (!datagram)
		emit_connection(event, PXO_EVENT_OPEN);
	return made;
}

/* The entry of fd, made if needed; null when the fd is no internet socket. */
static __always_inline struct pxo_connection *find(const struct pxo_connection_key *key)
{
	struct pxo_connection *connection = bpf_map_lookup_elem(&pxo_connections, key);
	struct file *file = file_of(key->fd);

	if (connection && connection->file == (__u64)file)
		return connection;
	if (connection) {
		count(PXO_REUSE_SEEN, 1);
		pxo_close(key->fd, 0);
	}
	return create(key, file, 0, 1);
}

/*
 * After connect and accept: a new connection, or more known about one that connects in the
 * background (same file, nothing moved yet). A freed struct file may come back at the same address,
 * so an equal address alone does not make it the old connection.
 */
__noinline int pxo_open(__u32 fd, __u32 role)
{
	struct pxo_connection_key key = { .fd = fd, .tgid = current_tgid() };
	struct pxo_connection *known = bpf_map_lookup_elem(&pxo_connections, &key);
	struct file *file = file_of(fd);
	struct sock *sk;
	int datagram;

	if (!known || known->file != (__u64)file || role == PXO_ROLE_SERVER ||
	    known->event.bytes_sent || known->event.bytes_received) {
		if (known)
			pxo_close(fd, 0);
		create(&key, file, role, 0);
		return 0;
	}
	sk = sock_of(file, &datagram);
	if (!sk)
		return 0;
	read_addresses(sk, &known->event);
	if (datagram)
		return 0;
	known->event.role = role;
	emit_connection(&known->event, PXO_EVENT_OPEN);
	return 0;
}

/*
 * Ends the current process' connections on fds first to last, except those that still hold their
 * file when asked so. Returns how many of the process' connections are left.
 */
#define PXO_SWEEP_FDS 1024
__noinline int pxo_close_range(__u32 first, __u32 last, __u32 keep_open_file)
{
	__u32 tgid = current_tgid();
	__s64 *live = bpf_map_lookup_elem(&pxo_processes, &tgid);
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 slots;

	if (!live)
		return 0;
	slots = BPF_CORE_READ(task, files, fdt, max_fds);
	for (__u32 i = 0; i < PXO_SWEEP_FDS; i++) {
		__u32 fd = first + i;

		if (*live <= 0 || fd > last || fd >= slots)
			break;
		pxo_close(fd, keep_open_file);
	}
	return *live;
}

#endif
