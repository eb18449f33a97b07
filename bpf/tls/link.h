/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Which connection carries what a TLS object (SSL *) encrypts. Two ways, both ending in
 * pxo_tls_streams:
 *   nested  the library makes the socket call itself, on the same thread, inside SSL_read or
 *           SSL_write;
 *   cipher  the library writes a record (BIO_write inside the SSL call) and somebody sends it then
 *           or later, on any thread: 8 bytes of the record are remembered with the object and
 *           looked up at each send of the process. Of handshakes only the begin of a call is seen,
 *           so this is the way for their records, whoever sends them.
 * Included by both objects: the socket object finds the connections, the TLS object does the rest.
 */
#ifndef PXO_TLS_LINK_H
#define PXO_TLS_LINK_H

/* Direct: the object leads to its descriptor (go.h). */
enum pxo_tls_method {
	PXO_TLS_NONE = 0,
	PXO_TLS_NESTED = 1,
	PXO_TLS_CIPHER = 2,
	PXO_TLS_DIRECT = 3,
};

struct pxo_tls_key {
	__u64 object; /* SSL * */
	__u64 tgid;
};

/* A TLS object and its connection. */
struct pxo_tls_stream {
	__u64 generation; /* of the connection; 0: not known yet */
	__u32 fd;
	__u8 method; /* enum pxo_tls_method */
	__u8 role;   /* enum pxo_role, as told to the library */
	__u8 whole;  /* its handshake was seen and no plaintext lost: none misses at its start */
	__u8 corked; /* what it writes is kept, and written again when it is uncorked */
};
_Static_assert(sizeof(struct pxo_tls_stream) == 16, "ABI");

/* What a thread does in a TLS library. */
struct pxo_tls_call {
	__u64 object;	 /* of the call it is in; 0: in none */
	__u64 buffer;	 /* of plaintext, user memory */
	__u64 count;	 /* size_t in user memory that takes the bytes moved; 0: it returns them */
	__u64 stack;	 /* its stack pointer at entry */
	__u64 handshake; /* object whose handshake it went on with last: that call may be over */
	__u64 uncorked;	 /* object that it uncorked last */
	__u64 received_generation; /* connection of its last receive */
	__u64 received_bytes;	   /* of it, while nothing else was received */
	__u32 received_fd;
	__u32 pad;
};

/* Counts of one process; read by user space. */
struct pxo_tls_process {
	__u64 calls;	/* that moved plaintext */
	__u64 bytes;	/* of it */
	__u64 unlinked; /* calls whose connection was not known: their plaintext is lost */
	__u64 nested;	/* objects whose connection was found by a nested call */
	__u64 cipher;	/* ... by their ciphertext */
	__u64 mixed;	/* times that an object seemed to belong to a second connection */
	__u64 direct;	/* objects whose connection was found by their own fields */
	__u64 awaited;	/* goroutines whose next socket call names a connection, at most */
	__u64 is_test;	/* 1: of the self-test, set by user space: its calls have no connection */
};
_Static_assert(sizeof(struct pxo_tls_process) == 72, "ABI");

struct pxo_tls_written {
	__u64 fingerprint;
	__u64 tgid;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768); /* set by user space */
	__type(key, struct pxo_tls_key);
	__type(value, struct pxo_tls_stream);
} pxo_tls_streams SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384); /* threads that use a TLS library */
	__type(key, __u64);	    /* pid_tgid; made by its first call, deleted at its exit */
	__type(value, struct pxo_tls_call);
} pxo_tls_calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 4096); /* records on their way from a library to a socket */
	__type(key, struct pxo_tls_written);
	__type(value, __u64); /* the object */
} pxo_tls_written SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u32); /* tgid; made by its first TLS call or user space, deleted at exit */
	__type(value, struct pxo_tls_process);
} pxo_tls_processes SEC(".maps");

/*
 * Bytes 13 to 20 of a TLS record: of a hello they lie in its random (behind a header of 5, a
 * message header of 4, the version of 2), of data behind an explicit nonce, in the ciphertext. The
 * random of a HelloRetryRequest is the same for everybody (RFC 8446 section 4.1.3) and left out.
 */
#define PXO_TLS_FINGERPRINT_AT	    13
#define PXO_TLS_FINGERPRINT_END	    21
#define PXO_TLS_RETRY_REQUEST_BYTES 0x1dbe11619ae574adULL
#define PXO_TLS_FIRST_RECORD	    0x14
#define PXO_TLS_HANDSHAKE_RECORD    0x16
#define PXO_TLS_LAST_RECORD	    0x17

/* The type of the record that begins there; 0: none does. */
static __always_inline __u8 tls_record_type(__u64 address, __u64 bytes)
{
	__u8 start[2] = {};

	if (bytes < sizeof(start) || bpf_probe_read_user(start, sizeof(start), (void *)address))
		return 0;
	if (start[0] < PXO_TLS_FIRST_RECORD || start[0] > PXO_TLS_LAST_RECORD || start[1] != 3)
		return 0;
	return start[0];
}

static __always_inline __u64 tls_fingerprint(__u64 address, __u64 bytes)
{
	__u64 fingerprint = 0;

	if (bytes < PXO_TLS_FINGERPRINT_END || !tls_record_type(address, bytes))
		return 0;
	if (bpf_probe_read_user(&fingerprint, sizeof(fingerprint),
				(void *)(address + PXO_TLS_FINGERPRINT_AT)))
		return 0;
	return fingerprint == PXO_TLS_RETRY_REQUEST_BYTES ? 0 : fingerprint;
}

/* The live connection of a stream, or null. */
static __always_inline struct pxo_connection *tls_connection(const struct pxo_tls_stream *stream,
							     __u32 tgid)
{
	struct pxo_connection_key key = { .fd = stream->fd, .tgid = tgid };
	struct pxo_connection *connection;

	if (!stream->generation)
		return 0;
	connection = bpf_map_lookup_elem(&pxo_connections, &key);
	if (!connection || connection->event.header.connection.generation != stream->generation)
		return 0;
	return connection;
}

/* Is the object known to belong to the connection? A nested call confirms what its records told. */
static __always_inline int tls_is_linked(__u64 object, const struct pxo_connection *connection,
					 struct pxo_tls_process *process,
					 enum pxo_tls_method method)
{
	const struct pxo_connection_id *id = &connection->event.header.connection;
	struct pxo_tls_key key = { .object = object, .tgid = id->tgid };
	struct pxo_tls_stream *stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);

	if (!stream || stream->generation != id->generation || stream->fd != id->fd)
		return 0;
	if (method == PXO_TLS_NESTED && stream->method == PXO_TLS_CIPHER) {
		stream->method = method;
		__sync_fetch_and_add(&process->nested, 1);
		__sync_fetch_and_add(&process->cipher, -1);
	}
	return 1;
}

/*
 * Notes that an object belongs to a connection. Another one that lives yields to a record of the
 * object that was sent here; what was received, or what is no record, may be a callback's.
 */
static __always_inline void tls_link(__u64 object, struct pxo_connection *connection,
				     struct pxo_tls_process *process, enum pxo_tls_method method,
				     int is_record)
{
	const struct pxo_connection_id *id = &connection->event.header.connection;
	struct pxo_tls_key key = { .object = object, .tgid = id->tgid };
	struct pxo_tls_stream *stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
	struct pxo_tls_stream fresh = {};

	if (!stream) {
		bpf_map_update_elem(&pxo_tls_streams, &key, &fresh, BPF_NOEXIST);
		stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);
		if (!stream)
			return;
	}
	if (tls_connection(stream, id->tgid)) {
		__sync_fetch_and_add(&process->mixed, 1);
		if (!is_record)
			return;
	}
	stream->fd = id->fd;
	stream->generation = id->generation;
	stream->method = method;
	if (method == PXO_TLS_NESTED)
		__sync_fetch_and_add(&process->nested, 1);
	else if (method == PXO_TLS_DIRECT)
		__sync_fetch_and_add(&process->direct, 1);
	else
		__sync_fetch_and_add(&process->cipher, 1);
}

#include "goroutines.h"

#endif
