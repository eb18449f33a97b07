namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>wolfSSL since 3.0; wolfSSL_send and wolfSSL_recv end in the functions below.</summary>
internal sealed class WolfSsl() : SymbolFamily(Versions, Functions, ["wolfSSL_read", "wolfSSL_write"])
{
    private static readonly VersionText[] Versions = [new("wolfSSL", "wolfSSL ", 8)];

    private static readonly TlsFunction[] Functions =
    [
        TlsFunction.Reads("wolfSSL_read"),
        TlsFunction.Writes("wolfSSL_write"),
        TlsFunction.Reads("wolfSSL_recv"),
        TlsFunction.Writes("wolfSSL_send"),
        TlsFunction.Handshakes("wolfSSL_connect"),
        TlsFunction.Handshakes("wolfSSL_accept"),
        TlsFunction.Notes("wolfSSL_free", "pxo_tls_forget"),
    ];
}
