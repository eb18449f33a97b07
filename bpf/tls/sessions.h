/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only */
/* Beginnings and ends of TLS sessions outside the OpenSSL family; included by tls.bpf.c. */
#ifndef PXO_TLS_SESSIONS_H
#define PXO_TLS_SESSIONS_H

/* gnutls_handshake(object) and the like: the socket calls until its return are the object's. */
SEC("uprobe")
int pxo_tls_enter_handshake(struct pt_regs *ctx)
{
	tls_note_handshake(ctx->di);
	return tls_enter(ctx, 0);
}

SEC("uprobe")
int pxo_tls_leave_handshake(struct pt_regs *ctx)
{
	__u64 thread = bpf_get_current_pid_tgid();
	struct pxo_tls_call *call = bpf_map_lookup_elem(&pxo_tls_calls, &thread);

	if (call)
		call->object = 0;
	return 0;
}

/* gnutls_deinit(object) and the like: its address may become another session's. */
SEC("uprobe")
int pxo_tls_forget(struct pt_regs *ctx)
{
	struct pxo_tls_key key = { .object = ctx->di, .tgid = current_tgid() };

	bpf_map_delete_elem(&pxo_tls_streams, &key);
	return 0;
}

/* SSL_ResetHandshake(object, as_server) of NSS: a new connection, and its side. */
SEC("uprobe")
int pxo_tls_reset_handshake(struct pt_regs *ctx)
{
	return tls_note_role(ctx->di, (__u32)ctx->si ? PXO_ROLE_SERVER : PXO_ROLE_CLIENT);
}

#endif
