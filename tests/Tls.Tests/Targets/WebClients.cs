using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Grpc;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Clients of HTTP on Debian's OpenSSL.</summary>
internal static class WebClients
{
    /// <summary>
    /// curl, a process for each request: curl 7.88 cannot use a connection again that it opened with prior knowledge of
    /// HTTP/2, and sends what it posts on a used connection of TLS twice now and then ("Connection died, retrying").
    /// </summary>
    public static TlsClient Curl(TlsLoad load) => Curl(load, () => [Programs.Require("curl", "curl")]);

    /// <summary>The same by a curl of one's own: its program, with what goes before its arguments.</summary>
    public static TlsClient Curl(TlsLoad load, Func<string[]> program) => new(load, async (endpoint, cancel) =>
    {
        var curl = program();
        var version = load == TlsLoad.Http1 ? "--http1.1"
            : endpoint.IsSecure ? "--http2" : "--http2-prior-knowledge";
        foreach (var request in HttpRequest.All)
        {
            string[] body = request.BodyBytes > 0 ? ["-d", request.Body] : [];
            await ChildProcess.RunAsync(
                curl[0],
                [.. curl[1..], "-sk", version, "-o", "/dev/null", "-H", "Expect:", endpoint.Url(request.Path), .. body],
                cancel);
        }
    });

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

    /// <summary>Python's http.client.</summary>
    public static TlsClient Python => Script(TlsLoad.Http1, "python3", "python3", "client.py", "sync");

    /// <summary>Python's asyncio streams.</summary>
    public static TlsClient PythonAsyncio => Script(TlsLoad.Http1, "python3", "python3", "client.py", "asyncio");

    /// <summary>Ruby's net/http.</summary>
    public static TlsClient Ruby => Script(TlsLoad.Http1, "ruby", "ruby", "client.rb");

    /// <summary>PHP's streams.</summary>
    public static TlsClient Php => Script(TlsLoad.Http1, "php", "php-cli", "client.php");

    /// <summary>Node.</summary>
    public static TlsClient Node(TlsLoad load) => Node(load, () => Programs.Require("node", "nodejs"));

    /// <summary>The same by a Node of one's own.</summary>
    public static TlsClient Node(TlsLoad load, Func<string> program) =>
        Script(load, program, "client.js", load == TlsLoad.Http2 ? "http2" : "http1");

    /// <summary>.NET's HttpClient.</summary>
    public static TlsClient Dotnet(TlsLoad load) => new(load, (endpoint, cancellationToken) =>
    {
        var program = Programs.RequireBuilt("PixieOrleans.Servers.Kestrel", "PixieOrleans.Servers.Kestrel");
        var version = load == TlsLoad.Http2 ? "2.0" : "1.1";
        return ChildProcess.RunAsync(
            program, ["client", version, endpoint.Url(""), .. HttpRequest.Arguments], cancellationToken);
    });

    /// <summary>gRPC of a kind: "dotnet" or "python".</summary>
    public static TlsClient Grpc(string kind) => new(TlsLoad.Grpc, (endpoint, cancellationToken) =>
        GrpcPeers.CallBrieflyAsync(kind, endpoint.Port, endpoint.PemFile, cancellationToken));

    private static TlsClient Script(
        TlsLoad load, string program, string package, string script, params string[] arguments) =>
        Script(load, () => Programs.Require(program, package), script, arguments);

    private static TlsClient Script(TlsLoad load, Func<string> program, string script, params string[] arguments) =>
        new(load, (endpoint, cancellationToken) => ChildProcess.RunAsync(
            program(),
            [
                TestKit.Servers.Python.Script($"Http/{script}"), .. arguments, endpoint.Url(""),
                .. HttpRequest.Arguments,
            ],
            cancellationToken));
}
