/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Calls that only GnuTLS has; included by tls.bpf.c. */
#ifndef PXO_TLS_GNUTLS_H
#define PXO_TLS_GNUTLS_H

/* struct mbuffer_st of GnuTLS since 3.0 (lib/mbuffers.h), which a gnutls_packet_t points to. */
struct gnutls_packet {
	__u64 next;
	__u64 previous;
	__u64 mark; /* bytes at the beginning that do not count */
	__u64 data;
	__u32 bytes;
	__u32 pad;
};

static __always_inline void gnutls_set_corked(__u64 object, __u8 corked)
{
	struct pxo_tls_key key = { .object = object, .tgid = current_tgid() };
	struct pxo_tls_stream *stream = bpf_map_lookup_elem(&pxo_tls_streams, &key);

	if (stream)
		stream->corked = corked;
}

/* gnutls_record_cork(object). */
SEC("uprobe")
int pxo_gnutls_cork(struct pt_regs *ctx)
{
	gnutls_set_corked(ctx->di, 1);
	return 0;
}

/* gnutls_record_uncork(object, wait) writes what was kept, by gnutls_record_send. */
SEC("uprobe")
int pxo_gnutls_enter_uncork(struct pt_regs *ctx)
{
	struct pxo_tls_call *call = tls_thread();

	if (!call)
		return 0;
	call->uncorked = ctx->di;
	gnutls_set_corked(ctx->di, 0);
	return 0;
}

/* It failed, as it may not wait: the object is corked as before. */
SEC("uprobe")
int pxo_gnutls_leave_uncork(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);

	if (call && (__s32)ctx->ax < 0)
		gnutls_set_corked(call->uncorked, 1);
	return 0;
}

/* Where the plaintext of a packet lies; 0: the packet does not look as expected. */
static __always_inline __u64 gnutls_plaintext(__u64 address, __u64 bytes)
{
	struct gnutls_packet packet;
	__u64 at = 0;

	if (bpf_probe_read_user(&at, sizeof(at), (void *)address) ||
	    bpf_probe_read_user(&packet, sizeof(packet), (void *)at)) {
		count(PXO_USER_FAULT, 1);
		return 0;
	}
	return packet.bytes - packet.mark == bytes ? packet.data + packet.mark : 0;
}

/* gnutls_record_recv_packet(object, packet): what is not found in the packet is a gap. */
SEC("uprobe")
int pxo_gnutls_leave_packet(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);
	__s32 bytes = ctx->ax;

	if (call && call->object && bytes > 0)
		call->buffer = gnutls_plaintext(call->buffer, bytes);
	return tls_leave(ctx, PXO_INGRESS);
}

#endif
