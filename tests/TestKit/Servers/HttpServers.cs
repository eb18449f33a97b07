namespace PixieOrleans.TestKit.Servers;

/// <summary>The kinds of servers that tests run against.</summary>
/// <remarks>
/// All answer GET / with a short text. Python, Node and Kestrel also know: GET /size/N (N bytes), GET /slow/MS,
/// GET /status/CODE, POST /echo, as Apache does. nginx knows /status/CODE for 204, 404 and 503, and takes all of what
/// is posted to /echo; nginx and Apache serve the files of their folder at /files/, and know /size/40000. All speak
/// TLS when they are given a file with a certificate and its key.
/// </remarks>
public static class HttpServers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>nginx with one worker, keep-alive without end.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    /// <param name="launcher">A program with its first arguments that executes nginx; null: none.</param>
    /// <param name="http2">Speaks HTTP/2: over TLS to who asks for it, without TLS only that.</param>
    public static Task<HttpServer> NginxAsync(
        CancellationToken cancellationToken, string? pem = null, string[]? launcher = null, bool http2 = false)
    {
        var nginx = Programs.Require("nginx", "nginx-light");
        return HttpServer.StartAsync(
            (port, folder) =>
            {
                var conf = folder.Write("nginx.conf", ServerFiles.NginxConf(port, folder.Path, pem, http2));
                AddSizes(folder);
                string[] command = [.. launcher ?? [], nginx, "-c", conf];
                return (command[0], command[1..]);
            },
            Second,
            cancellationToken,
            Scheme(pem));
    }

    /// <summary>Apache with the event module.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    /// <param name="http2">Speaks HTTP/2 too: over TLS to who asks for it, else to who knows it or upgrades.</param>
    public static Task<HttpServer> ApacheAsync(
        CancellationToken cancellationToken, string? pem = null, bool http2 = false)
    {
        var apache = Programs.Require("apache2", "apache2");
        return HttpServer.StartAsync(
            (port, folder) =>
            {
                folder.Write("index.html", "hi\n");
                AddSizes(folder);
                folder.WriteProgram("echo.cgi", ServerFiles.EchoCgi);
                var conf = folder.Write("apache.conf", ServerFiles.ApacheConf(port, folder.Path, pem, http2));
                return (apache, ["-DFOREGROUND", "-f", conf]);
            },
            Microsecond,
            cancellationToken,
            Scheme(pem));
    }

    /// <summary>Python's http.server with a thread per connection.</summary>
    public static Task<HttpServer> PythonThreadsAsync(CancellationToken cancellationToken, string? pem = null) =>
        PythonAsync(ServerFiles.PythonThreads, pem, cancellationToken);

    /// <summary>A server on Python's asyncio streams.</summary>
    public static Task<HttpServer> PythonAsyncioAsync(CancellationToken cancellationToken, string? pem = null) =>
        PythonAsync(ServerFiles.PythonAsyncio, pem, cancellationToken);

    /// <summary>Node's http module, or http2.</summary>
    public static Task<HttpServer> NodeAsync(
        CancellationToken cancellationToken, string? pem = null, bool http2 = false) =>
        NodeAsync(Programs.Require("node", "nodejs"), cancellationToken, pem, http2);

    /// <summary>The same by a Node of one's own.</summary>
    public static Task<HttpServer> NodeAsync(
        string node, CancellationToken cancellationToken, string? pem = null, bool http2 = false) =>
        HttpServer.StartAsync(
            (port, folder) =>
                (node, [folder.Write("server.js", ServerFiles.Node), $"{port}", pem ?? "-", http2 ? "http2" : "all"]),
            Second,
            cancellationToken,
            Scheme(pem));

    /// <summary>ASP.NET Core's Kestrel; it speaks HTTP/2 over TLS to who asks for it.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    /// <param name="http2">Speaks nothing but HTTP/2.</param>
    public static Task<HttpServer> KestrelAsync(
        CancellationToken cancellationToken, string? pem = null, bool http2 = false)
    {
        var kestrel = Programs.RequireBuilt("PixieOrleans.Servers.Kestrel", "PixieOrleans.Servers.Kestrel");
        return HttpServer.StartAsync(
            (port, _) => (kestrel, [$"{port}", pem ?? "-", http2 ? "http2" : "all"]),
            Second,
            cancellationToken,
            Scheme(pem));
    }

    /// <summary>Go's net/http in a stripped program, without an access log.</summary>
    public static async Task<HttpServer> GoAsync(CancellationToken cancellationToken, string? pem = null)
    {
        var program = await GoToolchain.System.BuildAsync(GoProgram.Http, GoBuild.Stripped, cancellationToken);
        return await HttpServer.StartAsync(
            (port, _) => (program, ["serve", $"{port}", pem ?? "-"]), Second, cancellationToken, Scheme(pem));
    }

    private static Task<HttpServer> PythonAsync(string script, string? pem, CancellationToken cancellationToken)
    {
        var python = Programs.Require("python3", "python3");
        return HttpServer.StartAsync(
            (port, folder) => (python, [folder.Write("server.py", script), .. Arguments(port, pem)]),
            Second,
            cancellationToken,
            Scheme(pem));
    }

    // What the servers that run code make when they are asked.
    private static void AddSizes(TempFolder folder)
    {
        const int Bytes = 40_000;
        Directory.CreateDirectory(folder.File("size"));
        folder.Write($"size/{Bytes}", new string('x', Bytes));
    }

    private static string[] Arguments(int port, string? pem) => pem is null ? [$"{port}"] : [$"{port}", pem];

    private static string Scheme(string? pem) => pem is null ? "http" : "https";
}
