/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Plaintext of Go's crypto/tls; its object is the *tls.Conn. Hooks: uprobes, all on instructions
 * that the kernel emulates (src/NodeProbe/Tls/Families/Go.cs finds them):
 *   write      (*Conn).Write: its calls of writeRecordLocked, behind the handshake;
 *   read       (*Conn).Read: its call that hands decrypted bytes to the caller: of memmove; of
 * slicecopy (copy) in programs that look for races; of (*bytes.Reader).Read (reader) in those that
 *              are not optimised;
 *   handshake  the beginning of (*Conn).clientHandshake and serverHandshake.
 * Nothing is kept from one site to another, so that goroutines may change threads and their stacks
 * may move, and no return is probed.
 * Arguments are in rax, rbx, rcx, rdi, rsi since Go 1.17, on the stack before
 * (go/src/cmd/compile/abi-internal.md). rbp points to the caller's, behind which are the return
 * address and the place of the first argument, the receiver.
 */
#ifndef PXO_TLS_GO_H
#define PXO_TLS_GO_H

#define PXO_GO_RECEIVER_AT  16
#define PXO_GO_WRAPPERS_MAX 4  /* net.Conn within net.Conn that are looked through */
#define PXO_GO_RECORD_DATA  23 /* recordTypeApplicationData */
#define PXO_GO_FD_MAX	    (1 << 24)

struct pxo_go_interface {
	__u64 type;
	__u64 data;
};

/* The beginning of crypto/tls.Conn, the same from Go 1.15 to 1.27. */
struct pxo_go_tls_conn {
	struct pxo_go_interface conn;
	__u8 is_client;
};

/* The beginning of bytes.Reader, the same from Go 1.15 to 1.27. */
struct pxo_go_reader {
	__u64 data;
	__u64 bytes;
	__u64 capacity;
	__u64 at;
};

/* The beginning of net.netFD, the same from Go 1.15 to 1.27. */
struct pxo_go_net_fd {
	__u64 mutex[2];
	__u64 fd;
	__u64 poll[3];
	__u8 is_stream;
	__u8 zero_read_is_eof;
	__u8 is_file;
	__u8 pad[5];
	__u64 family;
	__u64 socket_type;
};
_Static_assert(sizeof(struct pxo_go_net_fd) == 72, "Go's layout");

/* Six fields are as in a TCP socket: hardly by chance. */
static __always_inline int go_is_tcp(const struct pxo_go_net_fd *fd)
{
	return fd->fd < PXO_GO_FD_MAX && fd->is_stream == 1 && fd->zero_read_is_eof == 1 &&
	       !fd->is_file && fd->socket_type == SOCK_STREAM &&
	       (fd->family == AF_INET || fd->family == AF_INET6);
}

/*
 * The descriptor behind a net.Conn: a pointer to a net.TCPConn, which holds a pointer to its netFD,
 * or to a struct that begins with another net.Conn. -1 when it is nothing of the kind.
 */
static __always_inline __s32 go_descriptor(struct pxo_go_interface at, int *wrappers)
{
	struct pxo_go_net_fd fd;

#pragma unroll
	for (int i = 0; i < PXO_GO_WRAPPERS_MAX; i++) {
		if (bpf_probe_read_user(&at, sizeof(at), (void *)at.data))
			break;
		if (!bpf_probe_read_user(&fd, sizeof(fd), (void *)at.type) && go_is_tcp(&fd)) {
			*wrappers = i;
			return fd.fd;
		}
	}
	return -1;
}

/* The next socket call of this goroutine names the connection. */
static __always_inline void go_await(__u64 object, struct pxo_tls_process *process, __u32 tgid)
{
	struct pxo_tls_goroutine key = { .goroutine = tls_goroutine(), .tgid = tgid };

	if (!key.goroutine)
		return;
	if (!bpf_map_update_elem(&pxo_tls_goroutines, &key, &object, BPF_NOEXIST))
		__sync_fetch_and_add(&process->awaited, 1);
	else
		bpf_map_update_elem(&pxo_tls_goroutines, &key, &object, BPF_ANY);
}

/*
 * Finds the connection of an object. One behind wrappers that carries plaintext already belongs to
 * another object, whose plaintext is this one's ciphertext: TLS within TLS.
 */
__noinline int pxo_go_link(__u64 object)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_connection_key at = { .tgid = key.tgid };
	__u32 tgid = key.tgid;
	struct pxo_tls_process *process = bpf_map_lookup_elem(&pxo_tls_processes, &tgid);
	struct pxo_connection *connection;
	struct pxo_tls_stream *stream;
	struct pxo_go_tls_conn conn;
	int wrappers = 0;
	__s32 fd;

	if (!process || bpf_probe_read_user(&conn, sizeof(conn), (void *)object))
		return 0;
	fd = go_descriptor(conn.conn, &wrappers);
	if (fd < 0) {
		go_await(object, process, tgid);
		return 0;
	}
	at.fd = fd;
	connection = find(&at);
	if (!connection || (wrappers && connection->event.flags & PXO_CONNECTION_TLS))
		return 0;
	if (!tls_is_linked(object, connection, process, PXO_TLS_DIRECT))
		tls_link(object, connection, process, PXO_TLS_DIRECT, 1);
	stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	if (stream && !stream->role)
		stream->role = conn.is_client ? PXO_ROLE_CLIENT : PXO_ROLE_SERVER;
	return 0;
}

/* A new object: what was known of an old one at its address goes. */
static __always_inline int go_handshake(__u64 object)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_stream stream = { .role = PXO_ROLE_SERVER, .whole = 1 };
	struct pxo_go_tls_conn conn;

	if (!tls_process(key.tgid) || bpf_probe_read_user(&conn, sizeof(conn), (void *)object))
		return 0;
	if (conn.is_client)
		stream.role = PXO_ROLE_CLIENT;
	bpf_map_update_elem(&pxo_tls_streams, &key, &stream, BPF_ANY);
	return pxo_go_link(object);
}

static __always_inline int go_move(__u64 object, __u64 data, __u64 bytes, __u32 direction)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_stream *stream;

	if (!bytes || !tls_process(key.tgid))
		return 0;
	stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	if (!stream || !tls_connection(stream, key.tgid))
		pxo_go_link(object);
	return pxo_tls_plaintext(object, data, bytes, direction);
}

/* A call in (*Conn).Read that copies so many bytes from data. */
static __always_inline int go_read(struct pt_regs *ctx, __u64 data, __u64 bytes)
{
	__u64 object;

	if (bpf_probe_read_user(&object, sizeof(object), (void *)(ctx->bp + PXO_GO_RECEIVER_AT))) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	return go_move(object, data, bytes, PXO_INGRESS);
}

static __always_inline __u64 least(__u64 a, __u64 b)
{
	return a < b ? a : b;
}

/* Read of a bytes.Reader, into room bytes: what it will copy. */
static __always_inline int go_reader(struct pt_regs *ctx, __u64 reader, __u64 room)
{
	struct pxo_go_reader from;

	if (bpf_probe_read_user(&from, sizeof(from), (void *)reader)) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	if (from.at >= from.bytes)
		return 0;
	return go_read(ctx, from.data + from.at, least(room, from.bytes - from.at));
}

SEC("uprobe")
int pxo_go_handshake(struct pt_regs *ctx)
{
	return go_handshake(ctx->ax);
}

/* writeRecordLocked(object, type, data, bytes, capacity) */
SEC("uprobe")
int pxo_go_write(struct pt_regs *ctx)
{
	if ((__u8)ctx->bx != PXO_GO_RECORD_DATA)
		return 0;
	return go_move(ctx->ax, ctx->cx, ctx->di, PXO_EGRESS);
}

/* memmove(to, from, bytes) */
SEC("uprobe")
int pxo_go_read(struct pt_regs *ctx)
{
	return go_read(ctx, ctx->bx, ctx->cx);
}

/* slicecopy(to, room, from, bytes, 1) */
SEC("uprobe")
int pxo_go_copy(struct pt_regs *ctx)
{
	return go_read(ctx, ctx->cx, least(ctx->bx, ctx->di));
}

/* (*bytes.Reader).Read(reader, to, room, capacity) */
SEC("uprobe")
int pxo_go_reader(struct pt_regs *ctx)
{
	return go_reader(ctx, ctx->ax, ctx->cx);
}

/* Arguments on the stack: Go before 1.17. At a function's beginning they lie behind its return
 * address. */
SEC("uprobe")
int pxo_go_stack_handshake(struct pt_regs *ctx)
{
	__u64 object;

	if (bpf_probe_read_user(&object, sizeof(object), (void *)(ctx->sp + sizeof(object))))
		return 0;
	return go_handshake(object);
}

SEC("uprobe")
int pxo_go_stack_write(struct pt_regs *ctx)
{
	__u64 arguments[4]; /* object, type, data, bytes */

	if (bpf_probe_read_user(arguments, sizeof(arguments), (void *)ctx->sp) ||
	    (__u8)arguments[1] != PXO_GO_RECORD_DATA)
		return 0;
	return go_move(arguments[0], arguments[2], arguments[3], PXO_EGRESS);
}

SEC("uprobe")
int pxo_go_stack_read(struct pt_regs *ctx)
{
	__u64 arguments[3]; /* to, from, bytes */

	if (bpf_probe_read_user(arguments, sizeof(arguments), (void *)ctx->sp))
		return 0;
	return go_read(ctx, arguments[1], arguments[2]);
}

SEC("uprobe")
int pxo_go_stack_copy(struct pt_regs *ctx)
{
	__u64 arguments[4]; /* to, room, from, bytes */

	if (bpf_probe_read_user(arguments, sizeof(arguments), (void *)ctx->sp))
		return 0;
	return go_read(ctx, arguments[2], least(arguments[1], arguments[3]));
}

SEC("uprobe")
int pxo_go_stack_reader(struct pt_regs *ctx)
{
	__u64 arguments[3]; /* reader, to, room */

	if (bpf_probe_read_user(arguments, sizeof(arguments), (void *)ctx->sp))
		return 0;
	return go_reader(ctx, arguments[0], arguments[2]);
}

#endif
