namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>Mbed TLS (formerly PolarSSL) since 2.0.</summary>
internal sealed class MbedTls() : SymbolFamily(Versions, Functions, ["mbedtls_ssl_read", "mbedtls_ssl_write"])
{
    // The text lies in libmbedcrypto: only a program that contains all of it tells its version.
    private static readonly VersionText[] Versions =
        [new("Mbed TLS", "mbed TLS ", 9), new("Mbed TLS", "Mbed TLS ", 9)];

    private static readonly TlsFunction[] Functions =
    [
        TlsFunction.Reads("mbedtls_ssl_read"),
        TlsFunction.Writes("mbedtls_ssl_write"),
        TlsFunction.Reads("mbedtls_ssl_read_early_data"), // since 3.6
        TlsFunction.Writes("mbedtls_ssl_write_early_data"),
        TlsFunction.Handshakes("mbedtls_ssl_handshake"),
        TlsFunction.Notes("mbedtls_ssl_session_reset", "pxo_tls_forget"),
        TlsFunction.Notes("mbedtls_ssl_free", "pxo_tls_forget"),
    ];
}
