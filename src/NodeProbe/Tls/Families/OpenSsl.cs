using Iced.Intel;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>OpenSSL since 1.1.0 and BoringSSL: any file with the symbols SSL_read and SSL_write.</summary>
internal sealed class OpenSsl() : SymbolFamily(
    Versions, Functions, ["SSL_read", "SSL_write"], KnownExchange.OpenSsl, "BIO_write")
{
    private static readonly VersionText[] Versions =
        [new("OpenSSL", "OpenSSL ", 8), new("BoringSSL", "BoringSSL\0", -1)];

    private static readonly Register[] WithCount = [Register.RDI, Register.RSI, Register.RCX];
    private static readonly Register[] WithFlagsAndCount = [Register.RDI, Register.RSI, Register.R8];
    private static readonly Register[] DataAndBytes = [Register.RSI, Register.RDX];

    // Early data goes through SSL_read_ex and SSL_write_ex inside the library. SSL_write_ex2 is of OpenSSL 3.3 and
    // later.
    private static readonly TlsFunction[] Functions =
    [
        TlsFunction.Reads("SSL_read"),
        TlsFunction.Writes("SSL_write"),
        new("SSL_read_ex", "pxo_tls_enter_ex", "pxo_tls_leave_read", WithCount),
        new("SSL_write_ex", "pxo_tls_enter_ex", "pxo_tls_leave_write", WithCount) { JumpsTo = "SSL_write_ex2" },
        new("SSL_write_ex2", "pxo_tls_enter_ex2", "pxo_tls_leave_write", WithFlagsAndCount),
        TlsFunction.Notes("SSL_sendfile", "pxo_tls_enter_file") with { LeaveProgram = "pxo_tls_leave_write" },
        TlsFunction.Notes("SSL_do_handshake", "pxo_tls_handshake"),
        TlsFunction.Notes("SSL_set_connect_state", "pxo_tls_connect_state"),
        TlsFunction.Notes("SSL_set_accept_state", "pxo_tls_accept_state"),
        new("BIO_write", "pxo_tls_bio_write", null, DataAndBytes),
    ];

    /// <summary>One of its functions, by name.</summary>
    public static TlsFunction Function(string name) => Functions.First(f => f.Name == name);
}
