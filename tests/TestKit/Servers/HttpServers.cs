namespace PixieOrleans.TestKit.Servers;

/// <summary>The kinds of servers that tests run against.</summary>
/// <remarks>
/// All answer GET / with a short text. Python, Node and Kestrel also know: GET /size/N (N bytes), GET /slow/MS,
/// GET /status/CODE, POST /echo. nginx knows /status/CODE for 204, 404 and 503; nginx and
/// Apache serve the files of their folder at /files/.
/// </remarks>
public static class HttpServers
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Microsecond = TimeSpan.FromMicroseconds(1);

    /// <summary>nginx with one worker, keep-alive without end.</summary>
    public static Task<HttpServer> NginxAsync(CancellationToken cancellationToken)
    {
        var nginx = Programs.Require("nginx", "nginx-light");
        return HttpServer.StartAsync(
            (port, folder) => (nginx, ["-c", folder.Write("nginx.conf", ServerFiles.NginxConf(port, folder.Path))]),
            Second,
            cancellationToken);
    }

    /// <summary>Apache with the event module.</summary>
    public static Task<HttpServer> ApacheAsync(CancellationToken cancellationToken)
    {
        var apache = Programs.Require("apache2", "apache2");
        return HttpServer.StartAsync(
            (port, folder) =>
            {
                folder.Write("index.html", "hi\n");
                var conf = folder.Write("apache.conf", ServerFiles.ApacheConf(port, folder.Path));
                return (apache, ["-DFOREGROUND", "-f", conf]);
            },
            Microsecond,
            cancellationToken);
    }

    /// <summary>Python's http.server with a thread per connection.</summary>
    public static Task<HttpServer> PythonThreadsAsync(CancellationToken cancellationToken) =>
        PythonAsync(ServerFiles.PythonThreads, cancellationToken);

    /// <summary>A server on Python's asyncio streams.</summary>
    public static Task<HttpServer> PythonAsyncioAsync(CancellationToken cancellationToken) =>
        PythonAsync(ServerFiles.PythonAsyncio, cancellationToken);

    /// <summary>Node's http module.</summary>
    public static Task<HttpServer> NodeAsync(CancellationToken cancellationToken)
    {
        var node = Programs.Require("node", "nodejs");
        return HttpServer.StartAsync(
            (port, folder) => (node, [folder.Write("server.js", ServerFiles.Node), $"{port}"]),
            Second,
            cancellationToken);
    }

    /// <summary>ASP.NET Core's Kestrel.</summary>
    public static Task<HttpServer> KestrelAsync(CancellationToken cancellationToken)
    {
        var kestrel = Programs.RequireBuilt("PixieOrleans.Servers.Kestrel", "PixieOrleans.Servers.Kestrel");
        return HttpServer.StartAsync((port, _) => (kestrel, [$"{port}"]), Second, cancellationToken);
    }

    private static Task<HttpServer> PythonAsync(string script, CancellationToken cancellationToken)
    {
        var python = Programs.Require("python3", "python3");
        return HttpServer.StartAsync(
            (port, folder) => (python, [folder.Write("server.py", script), $"{port}"]), Second, cancellationToken);
    }
}
