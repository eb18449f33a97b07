using Iced.Intel;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>GnuTLS since 3.0.</summary>
/// <remarks>
/// The call that sends a file ends in gnutls_record_send, and so does the one that uncorks: what was corked goes
/// through it twice and counts when it is sent. Lengths that calls return are at most one record or what an int
/// holds, so that an ssize_t is read like the int of the other libraries. Not seen: early data of a client.
/// </remarks>
internal sealed class GnuTls() : SymbolFamily(
    Versions, Functions, ["gnutls_record_send", "gnutls_record_recv"], KnownExchange.GnuTls)
{
    private static readonly VersionText[] Versions = [new("GnuTLS", "\03.", 1)];

    private static readonly Register[] Object = [Register.RDI];
    private static readonly Register[] ObjectAndPacket = [Register.RDI, Register.RSI];

    private static readonly TlsFunction[] Functions =
    [
        TlsFunction.Writes("gnutls_record_send") with { JumpsTo = "gnutls_record_send2" },
        TlsFunction.Writes("gnutls_record_send2"), // since 3.6.3
        TlsFunction.Writes("gnutls_record_send_range"),
        TlsFunction.Notes("gnutls_record_cork", "pxo_gnutls_cork"),
        new("gnutls_record_uncork", "pxo_gnutls_enter_uncork", "pxo_gnutls_leave_uncork", Object),
        TlsFunction.Reads("gnutls_record_recv"),
        new("gnutls_record_recv_packet", "pxo_tls_enter", "pxo_gnutls_leave_packet", ObjectAndPacket),
        TlsFunction.Reads("gnutls_record_recv_seq"),
        TlsFunction.Reads("gnutls_record_recv_early_data"),
        TlsFunction.Handshakes("gnutls_handshake"),
        TlsFunction.Notes("gnutls_deinit", "pxo_tls_forget"),
    ];
}
