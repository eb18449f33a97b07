namespace PixieOrleans.TestKit.Servers.Tls;

/// <summary>HTTP servers by their TLS library; in plain text when they are given no certificate.</summary>
public static class TlsLibraryServers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>lighttpd with one of its modules: gnutls, mbedtls, nss or wolfssl.</summary>
    public static Task<HttpServer> LighttpdAsync(string module, string? pem, CancellationToken cancellationToken)
    {
        var lighttpd = Programs.Require("lighttpd", "lighttpd");
        if (!File.Exists($"/usr/lib/lighttpd/mod_{module}.so"))
        {
            throw Programs.Skip($"mod_{module} is missing: apt-get install lighttpd-mod-{module}");
        }

        return HttpServer.StartAsync(
            (port, folder) =>
            {
                var engine = $"server.modules = (\"mod_{module}\")\nssl.engine = \"enable\"\nssl.pemfile = \"{pem}\"";
                folder.Write("index.html", "hi\n");
                var conf = folder.Write(
                    "lighttpd.conf",
                    $"""
                    server.port = {port}
                    server.bind = "127.0.0.1"
                    server.document-root = "{folder.Path}"
                    server.errorlog = "{folder.Path}/error.log"
                    index-file.names = ("index.html")
                    {(pem is null ? "" : engine)}
                    """);
                return (lighttpd, ["-D", "-f", conf]);
            },
            Second,
            cancellationToken,
            Scheme(pem));
    }

    /// <summary>The C program of the tests for the API of OpenSSL, built with options that name its library.</summary>
    public static async Task<HttpServer> OpenSslHttpAsync(
        string[] options, string? pem, CancellationToken cancellationToken)
    {
        var program = await CPrograms.BuildAsync("Tls/openssl_http.c", options, cancellationToken);
        return await HttpServer.StartAsync(
            (port, _) => (program, ["server", $"{port}", .. pem is null ? Array.Empty<string>() : [pem]]),
            Second,
            cancellationToken,
            Scheme(pem));
    }

    /// <summary>The Rust program of the tests on a version of rustls; with tokio or with threads.</summary>
    public static Task<HttpServer> RustlsAsync(
        string version, bool isAsync, string? pem, CancellationToken cancellationToken)
    {
        var program = TlsTargetFolder.Require($"rustls-{version}", "rustls_http");
        var kind = isAsync ? "server-async" : "server";
        return HttpServer.StartAsync(
            (port, _) => (program, [kind, $"{port}", .. pem is null ? Array.Empty<string>() : [pem]]),
            Second,
            cancellationToken,
            Scheme(pem));
    }

    private static string Scheme(string? pem) => pem is null ? "http" : "https";
}
