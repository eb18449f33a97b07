using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Tls;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Programs and libraries that contain BoringSSL without its symbols.</summary>
internal static class BoringSslTargets
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        new("gRPC C core", Fetched("grpc-core", "libgrpc_csharp_ext.x64.so"))
        {
            Servers = [WebServers.Grpc("core")], Clients = [WebClients.Grpc("core")], IsLong = true,
        },
        new("bun", Fetched("bun", "bun")) { Servers = [BunServer], Clients = [BunClient], IsLong = true },
        new("Chromium", SystemLibraries.At("/usr/lib/chromium/chromium", "chromium"))
        {
            Clients = [Chromium], IsLong = true,
        },
    ];

    private static string Bun => TlsTargetFolder.Require("bun", "bun");

    /// <summary>Bun.serve.</summary>
    private static TlsServer BunServer => TlsServer.Twice(TlsLoad.Http1, (pem, cancellationToken) =>
        RunningProcess.OfAsync(HttpServer.StartAsync(
            (port, _) => (Bun, [Python.Script("Http/bun.js"), "serve", $"{port}", pem ?? "-"]),
            Second,
            cancellationToken,
            pem is null ? "http" : "https")));

    /// <summary>fetch of bun.</summary>
    private static TlsClient BunClient => new(TlsLoad.Http1, (endpoint, cancellationToken) => ChildProcess.RunAsync(
        Bun, [Python.Script("Http/bun.js"), "ask", endpoint.Url(""), .. HttpRequest.Arguments], cancellationToken));

    /// <summary>fetch of a page in Chromium, a browser of its own for each run.</summary>
    private static TlsClient Chromium => new(TlsLoad.Http1, async (endpoint, cancellationToken) =>
    {
        using var folder = new TempFolder();
        var parts = HttpRequest.Arguments.Prepend(endpoint.Url("")).Select(Uri.EscapeDataString);
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
            "--disable-component-update", "--ignore-certificate-errors", "--disable-web-security",
            "--disable-features=LocalNetworkAccessChecks", $"--user-data-dir={folder.Path}",
            "--virtual-time-budget=60000", "--dump-dom",
            $"file://{Python.Script("Http/browser.html")}#{string.Join(',', parts)}",
        ];
        var page = await ChildProcess.RunAsync(Programs.Require("chromium", "chromium"), arguments, cancellationToken);
        Assert.Contains("all answered", page, StringComparison.Ordinal);
    });

    private static Func<CancellationToken, Task<string>> Fetched(string target, string file) =>
        _ => Task.FromResult(TlsTargetFolder.Require(target, file));
}
