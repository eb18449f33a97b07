using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Servers of HTTP on TLS libraries other than OpenSSL.</summary>
internal static class LibraryServers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>lighttpd with one of its modules: gnutls, mbedtls, nss or wolfssl.</summary>
    public static TlsServer Lighttpd(TlsLoad load, string module) => TlsServer.Twice(load, (pem, cancellationToken) =>
    {
        var lighttpd = Programs.Require("lighttpd", "lighttpd");
        if (!File.Exists($"/usr/lib/lighttpd/mod_{module}.so"))
        {
            throw Programs.Skip($"mod_{module} is missing: apt-get install lighttpd-mod-{module}");
        }

        return StartAsync(
            (port, folder) => (lighttpd, ["-D", "-f", LighttpdConf(port, folder, module, pem)]), cancellationToken);
    });

    /// <summary>A program of the tests with the arguments KIND PORT [PEM].</summary>
    public static TlsServer Program(Func<CancellationToken, Task<string>> program, string kind) =>
        TlsServer.Twice(TlsLoad.Http1, async (pem, cancellationToken) =>
        {
            var path = await program(cancellationToken);
            string[] certificate = pem is null ? [] : [pem];
            return await StartAsync((port, _) => (path, [kind, $"{port}", .. certificate]), cancellationToken);
        });

    private static Task<RunningProcess> StartAsync(
        Func<int, TempFolder, (string, string[])> command, CancellationToken cancellationToken) =>
        RunningProcess.OfAsync(HttpServer.StartAsync(command, Second, cancellationToken));

    // Files for what the load asks for, sent without sendfile; what is posted comes back from a script.
    private static string LighttpdConf(int port, TempFolder folder, string module, string? pem)
    {
        const int Bytes = 40_000;
        Directory.CreateDirectory(folder.File("size"));
        folder.Write($"size/{Bytes}", new string('x', Bytes));
        foreach (var page in new[] { "index.html", "one", "two" })
        {
            folder.Write(page, "hi\n");
        }

        folder.Write("echo", "printf 'Content-Type: text/plain\\r\\n\\r\\n'; exec cat\n");
        var engine = pem is null ? "" : $"ssl.engine = \"enable\"\nssl.pemfile = \"{pem}\"";
        return folder.Write(
            "lighttpd.conf",
            $"""
            server.port = {port}
            server.network-backend = "writev"
            server.bind = "127.0.0.1"
            server.document-root = "{folder.Path}"
            server.errorlog = "{folder.Path}/error.log"
            server.modules = ("mod_cgi"{(pem is null ? "" : $", \"mod_{module}\"")})
            index-file.names = ("index.html")
            mimetype.assign = ("" => "text/plain")
            cgi.assign = ("/echo" => "/bin/sh")
            {engine}
            """);
    }
}
