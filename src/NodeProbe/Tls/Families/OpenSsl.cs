using Iced.Intel;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>OpenSSL since 1.1.0 and BoringSSL: any file with the symbols SSL_read and SSL_write.</summary>
internal sealed class OpenSsl : ITlsFamily
{
    private static readonly Register[] ObjectOnly = [Register.RDI];
    private static readonly Register[] ObjectAndBuffer = [Register.RDI, Register.RSI];
    private static readonly Register[] WithCount = [Register.RDI, Register.RSI, Register.RCX];
    private static readonly Register[] WithFlagsAndCount = [Register.RDI, Register.RSI, Register.R8];
    private static readonly Register[] DataAndBytes = [Register.RSI, Register.RDX];

    // Early data goes through SSL_read_ex and SSL_write_ex inside the library. SSL_write_ex2 is of OpenSSL 3.3 and
    // later.
    private static readonly TlsFunction[] Functions =
    [
        new("SSL_read", "pxo_tls_enter", "pxo_tls_leave_read", ObjectAndBuffer),
        new("SSL_write", "pxo_tls_enter", "pxo_tls_leave_write", ObjectAndBuffer),
        new("SSL_read_ex", "pxo_tls_enter_ex", "pxo_tls_leave_read", WithCount),
        new("SSL_write_ex", "pxo_tls_enter_ex", "pxo_tls_leave_write", WithCount),
        new("SSL_write_ex2", "pxo_tls_enter_ex2", "pxo_tls_leave_write", WithFlagsAndCount),
        new("SSL_sendfile", "pxo_tls_enter_file", "pxo_tls_leave_write", ObjectOnly),
        new("SSL_do_handshake", "pxo_tls_handshake", null, ObjectOnly),
        new("SSL_set_connect_state", "pxo_tls_connect_state", null, ObjectOnly),
        new("SSL_set_accept_state", "pxo_tls_accept_state", null, ObjectOnly),
        new("BIO_write", "pxo_tls_bio_write", null, DataAndBytes),
    ];

    /// <inheritdoc/>
    public TlsPlan Find(ElfFile file)
    {
        var symbols = ElfSymbols.FindFunctions(file, Functions.Select(f => f.Name));
        if (symbols.ContainsKey("SSL_write_ex2"))
        {
            symbols.Remove("SSL_write_ex"); // jumps there
        }

        var hasCalls = symbols.ContainsKey("SSL_read") && symbols.ContainsKey("SSL_write");
        var hasRecords = symbols.ContainsKey("BIO_write");
        if (!hasCalls && !hasRecords)
        {
            return TlsPlan.None;
        }

        var kinds = new Dictionary<string, ReturnSites>();
        var probes = TlsFunction.Place(file, Functions.Where(f => symbols.ContainsKey(f.Name)), symbols, kinds);
        return new TlsPlan(OpenSslVersion.Find(file), probes, kinds, hasCalls, hasRecords);
    }
}
