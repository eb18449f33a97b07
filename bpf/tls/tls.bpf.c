/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/*
 * Plaintext of connections that a TLS library encrypts.
 * Hooks: uprobes that user space places (src/NodeProbe/Tls): at a site in the function's beginning
 * where the arguments are still in their registers, and at sites before its returns, or at its
 * return.
 * Needs: the maps of the socket object, which finds the connections (link.h).
 * Output: pxo_rings (events.h), as the payload of socket calls, with the flag TLS.
 * Uprobe programs may be interrupted by others: what they keep is on their stack or in a map by
 * thread.
 */
#include "kernel.h"
#include <bpf/bpf_endian.h>
#include "events.h"
#include "counters.h"
#include "../socket/settings.h"
#include "../socket/emit.h"
#include "../socket/walk.h"
#include "../socket/connection.h"
#include "../socket/infer.h"
#include "link.h"
#include "../socket/transfer.h"
#include "plaintext.h"
#include "go.h"
#include "sessions.h"
#include "gnutls.h"
#include "rustls.h"

char LICENSE[] SEC("license") = "GPL";

/* Keeps the shared struct in BTF. */
const struct pxo_tls_process *pxo_unused_process __attribute__((unused));

/* SSL_read(object, buffer, bytes), SSL_write(object, buffer, bytes). */
SEC("uprobe")
int pxo_tls_enter(struct pt_regs *ctx)
{
	return tls_enter(ctx, 0);
}

/* SSL_read_ex(object, buffer, bytes, count), SSL_write_ex(object, buffer, bytes, count). */
SEC("uprobe")
int pxo_tls_enter_ex(struct pt_regs *ctx)
{
	return tls_enter(ctx, ctx->cx);
}

/* SSL_write_ex2(object, buffer, bytes, flags, count). */
SEC("uprobe")
int pxo_tls_enter_ex2(struct pt_regs *ctx)
{
	return tls_enter(ctx, ctx->r8);
}

/* SSL_sendfile(object, descriptor, offset, bytes, flags): what is in the file is not seen. */
SEC("uprobe")
int pxo_tls_enter_file(struct pt_regs *ctx)
{
	return tls_enter_with(ctx, 0, 0);
}

SEC("uprobe")
int pxo_tls_leave_read(struct pt_regs *ctx)
{
	return tls_leave(ctx, PXO_INGRESS);
}

SEC("uprobe")
int pxo_tls_leave_write(struct pt_regs *ctx)
{
	return tls_leave(ctx, PXO_EGRESS);
}

/* SSL_do_handshake(object). */
SEC("uprobe")
int pxo_tls_handshake(struct pt_regs *ctx)
{
	return tls_note_handshake(ctx->di);
}

/* SSL_set_connect_state(object), SSL_set_accept_state(object): a new connection, and its side. */
SEC("uprobe")
int pxo_tls_connect_state(struct pt_regs *ctx)
{
	return tls_note_role(ctx->di, PXO_ROLE_CLIENT);
}

SEC("uprobe")
int pxo_tls_accept_state(struct pt_regs *ctx)
{
	return tls_note_role(ctx->di, PXO_ROLE_SERVER);
}

/* BIO_write(bio, data, bytes) inside an SSL call: a record, on its way to memory or to a socket. */
SEC("uprobe")
int pxo_tls_bio_write(struct pt_regs *ctx)
{
	return tls_note_record(ctx->si, (__s32)ctx->dx);
}
