using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Clients of HTTP on Debian's OpenSSL.</summary>
internal static class WebClients
{
    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        new("curl", SystemLibraries.OpenSsl)
        {
            Clients = [Curl, new TlsClient(TlsLoad.Http2, CurlHttp2Async)],
        },
        new("nghttp", SystemLibraries.OpenSsl) { Clients = [Nghttp] },
    ];

    /// <summary>curl with HTTP/1.1.</summary>
    public static TlsClient Curl => new(TlsLoad.Http1, (endpoint, cancellationToken) => RunCurlAsync(
        HttpRequest.All.Aggregate(
            Array.Empty<string>(), (all, next) => [.. all, "--next", .. CurlArguments(next, "--http1.1", endpoint)]),
        cancellationToken));

    /// <summary>nghttp, which sends all requests of a kind at the same time.</summary>
    public static TlsClient Nghttp => new(TlsLoad.Http2, async (endpoint, cancellationToken) =>
    {
        var nghttp = Programs.Require("nghttp", "nghttp2-client");
        using var folder = new TempFolder();
        foreach (var requests in HttpRequest.All.GroupBy(r => r.Body))
        {
            string[] body = requests.Key.Length > 0 ? ["-d", folder.Write("body", requests.Key)] : [];
            string[] arguments = ["-n", .. body, .. requests.Select(r => endpoint.Url(r.Path))];
            await ChildProcess.RunAsync(nghttp, arguments, cancellationToken);
        }
    });

    // curl 7.88 cannot use a connection again that it opened with prior knowledge: a process for each request.
    private static async Task CurlHttp2Async(Endpoint endpoint, CancellationToken cancellationToken)
    {
        foreach (var request in HttpRequest.All)
        {
            var version = endpoint.IsSecure ? "--http2" : "--http2-prior-knowledge";
            await RunCurlAsync(CurlArguments(request, version, endpoint), cancellationToken);
        }
    }

    private static string[] CurlArguments(HttpRequest request, string version, Endpoint endpoint) =>
    [
        "-sk", version, "-o", "/dev/null", "-H", "Expect:", endpoint.Url(request.Path),
        .. request.BodyBytes > 0 ? new[] { "-d", request.Body } : [],
    ];

    private static Task<string> RunCurlAsync(string[] arguments, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(Programs.Require("curl", "curl"), arguments, cancellationToken);
}
