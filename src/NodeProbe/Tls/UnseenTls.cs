using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Says why the TLS connections of a process are not seen through, and what to do.</summary>
internal static class UnseenTls
{
    private const string Advice = "Keep the symbols (do not strip the program) or link the library dynamically.";

    private static readonly (string Start, string Reason)[] Files =
    [
        ("libjvm.so", "Java's own TLS (JSSE) is compiled while it runs: no probe can be placed. "
            + "A server can use netty-tcnative or a TLS proxy."),
        ("beam.smp", "Erlang's own TLS (its application ssl) runs in Erlang's virtual machine: no probe can be "
            + "placed. Use a TLS proxy."),
        ("libssl3.so", "NSS: the functions of its layer were not found in the code of this build."),
    ];

    // What is left of a library in the constants of a program without symbols.
    private static readonly VersionText[] Static =
    [
        new("rustls", "/rustls-0.", -1), // sources of panics
        new("BoringSSL", "/ssl/ssl_lib.cc\0", -1), // sources of errors
        new("OpenSSL", "ssl/ssl_lib.c\0", -1),
        new("wolfSSL", "wolfSSL Entering ", -1),
        new("Mbed TLS", "mbedtls_ssl_", -1),
        new("GnuTLS", "GNUTLS_SEC_PARAM_", -1),
    ];

    /// <summary>A library, or the program, and why it is not seen through.</summary>
    internal sealed record Explanation(string Library, string Reason);

    /// <summary>Explains a process by the code that it has mapped; the program is the first.</summary>
    public static Explanation Explain(uint processId, IReadOnlyList<MappedCode> code)
    {
        foreach (var (start, reason) in Files)
        {
            foreach (var mapped in code)
            {
                if (mapped.FileName.StartsWith(start, StringComparison.Ordinal))
                {
                    return new Explanation(mapped.Path, reason);
                }
            }
        }

        foreach (var mapped in code)
        {
            if (StaticLibrary(processId, mapped) is { Length: > 0 } library)
            {
                return new Explanation(
                    mapped.Path, $"{library} is in the file without the symbols of its functions. {Advice}");
            }
        }

        return new Explanation(
            code.Count > 0 ? code[0].Path : string.Empty,
            $"No TLS library is known in its code. If it holds one without symbols: {Advice}");
    }

    private static string StaticLibrary(uint processId, in MappedCode code)
    {
        if (!ElfFile.TryOpen(code.LinkPath(processId), out var file, out _))
        {
            return string.Empty;
        }

        using (file)
        {
            return VersionText.Find(file, Static);
        }
    }
}
