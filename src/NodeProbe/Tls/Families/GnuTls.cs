namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>GnuTLS since 3.0.</summary>
/// <remarks>
/// Calls that cork or send a file end in gnutls_record_send. A call moves at most one record, so that its result, an
/// ssize_t, fits the int of the other libraries. Not seen: gnutls_record_recv_packet, early data of a client.
/// </remarks>
internal sealed class GnuTls() : SymbolFamily(
    Versions, Functions, ["gnutls_record_send", "gnutls_record_recv"], KnownExchange.GnuTls)
{
    private static readonly VersionText[] Versions = [new("GnuTLS", "\03.", 1)];

    private static readonly TlsFunction[] Functions =
    [
        TlsFunction.Writes("gnutls_record_send") with { JumpsTo = "gnutls_record_send2" },
        TlsFunction.Writes("gnutls_record_send2"), // since 3.6.3
        TlsFunction.Reads("gnutls_record_recv"),
        TlsFunction.Reads("gnutls_record_recv_seq"),
        TlsFunction.Reads("gnutls_record_recv_early_data"),
        TlsFunction.Handshakes("gnutls_handshake"),
        TlsFunction.Notes("gnutls_deinit", "pxo_tls_forget"),
    ];
}
