using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Tls;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Servers and clients by names of a kind and a library or release.</summary>
internal static class LibraryPeers
{
    private const string AndroidFolder = "/usr/lib/x86_64-linux-gnu/android";

    private static string[] StaticBoringSsl =>
    [
        $"-I{TlsTargetFolder.Require("boringssl", "include")}", TlsTargetFolder.Require("boringssl", "libboring.a"),
        "-lpthread", "-lstdc++",
    ];

    /// <summary>
    /// Options of the compiler: Debian's BoringSSL, which lies where the linker does not look; or a static one, with
    /// symbols or stripped.
    /// </summary>
    public static string[] BoringSsl(string kind) => kind switch
    {
        "boringssl" => Directory.Exists("/usr/include/android/openssl")
            ? ["-I/usr/include/android", $"-L{AndroidFolder}", "-lssl", "-lcrypto", $"-Wl,-rpath,{AndroidFolder}"]
            : throw Programs.Skip("BoringSSL is missing: apt-get install android-libboringssl-dev"),
        "boringssl static" => StaticBoringSsl,
        _ => [.. StaticBoringSsl, "-s"],
    };

    /// <summary>Starts a server.</summary>
    public static Task<HttpServer> ServerAsync(string name, string? pem, CancellationToken cancellationToken)
    {
        var (kind, of) = Split(name);
        return kind switch
        {
            "lighttpd" => TlsLibraryServers.LighttpdAsync(of, pem, cancellationToken),
            "nginx" => HttpServers.NginxAsync(cancellationToken, pem, TlsTargetFolder.Enter(of)),
            "node" => HttpServers.NodeAsync(TlsTargetFolder.Require($"node-{of}", "node"), cancellationToken, pem),
            "openssl_http" => TlsLibraryServers.OpenSslHttpAsync(BoringSsl(of), pem, cancellationToken),
            "rustls" => TlsLibraryServers.RustlsAsync(of[..4], IsAsync(of), pem, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such server"),
        };
    }

    /// <summary>Lets a client ask for addresses, one after the other, over one connection.</summary>
    public static Task AskAsync(string name, Uri[] addresses, CancellationToken cancellationToken)
    {
        var (kind, of) = Split(name);
        return kind switch
        {
            "wget" => TlsLibraryClients.WgetAsync(addresses, cancellationToken),
            "libcurl" => TlsLibraryClients.LibCurlAsync($"libcurl-{of}.so.4", addresses, cancellationToken),
            "curl" => TlsLibraryClients.CurlOfAsync(of, addresses, cancellationToken),
            "node" => TlsClients.AskNodeAsync(
                TlsTargetFolder.Require($"node-{of}", "node"), addresses, cancellationToken),
            "openssl_http" => TlsLibraryClients.OpenSslHttpAsync(BoringSsl(of), addresses, cancellationToken),
            "rustls" => TlsLibraryClients.RustlsAsync(of[..4], IsAsync(of), addresses, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no such client"),
        };
    }

    private static bool IsAsync(string of) => of.EndsWith(" async", StringComparison.Ordinal);

    private static (string Kind, string Of) Split(string name)
    {
        var parts = name.Split(' ', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : string.Empty);
    }
}
