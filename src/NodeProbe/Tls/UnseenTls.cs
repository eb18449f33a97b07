using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Says why the TLS connections of a process are not seen through.</summary>
internal static class UnseenTls
{
    private static readonly (string Start, string Reason)[] Libraries =
    [
        ("libjvm.so", "Java's own TLS (JSSE) is compiled while it runs: no probe can be placed. "
            + "A server can use netty-tcnative or a TLS proxy."),
        ("libgnutls", "GnuTLS is not seen through yet."),
        ("libssl3.so", "NSS is not seen through yet."),
        ("libmbedtls", "mbed TLS is not seen through yet."),
        ("libwolfssl", "wolfSSL is not seen through yet."),
    ];

    /// <summary>A library, or the program, and why it is not seen through.</summary>
    internal sealed record Explanation(string Library, string Reason);

    /// <summary>Explains a process by the code that it has mapped.</summary>
    public static Explanation Explain(IReadOnlyList<MappedCode> code)
    {
        foreach (var (start, reason) in Libraries)
        {
            foreach (var mapped in code)
            {
                if (mapped.FileName.StartsWith(start, StringComparison.Ordinal))
                {
                    return new Explanation(mapped.Path, reason);
                }
            }
        }

        return new Explanation(
            code.Count > 0 ? code[0].Path : string.Empty,
            "No TLS library with symbols: rustls is not seen through yet, a static library "
            + "whose symbols were stripped cannot be. Keep the symbols (do not strip) or link it dynamically.");
    }
}
