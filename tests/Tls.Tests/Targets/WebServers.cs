using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Grpc;
using PixieOrleans.TestKit.Servers.Http2;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Servers of HTTP on Debian's OpenSSL.</summary>
internal static class WebServers
{
    /// <summary>nginx, which answers with texts and files.</summary>
    public static TlsServer Nginx(TlsLoad load) =>
        Http(load, (cancel, pem, http2) => HttpServers.NginxAsync(cancel, pem, http2: http2));

    /// <summary>The same within another Debian release.</summary>
    public static TlsServer Nginx(TlsLoad load, DebianRelease release) =>
        Http(load, (cancel, pem, http2) => HttpServers.NginxAsync(cancel, pem, release.Enter(), http2));

    /// <summary>Apache, likewise.</summary>
    public static TlsServer Apache(TlsLoad load) => Http(load, HttpServers.ApacheAsync);

    /// <summary>Node.</summary>
    public static TlsServer Node(TlsLoad load) => Http(load, HttpServers.NodeAsync);

    /// <summary>A Node of one's own.</summary>
    public static TlsServer Node(TlsLoad load, Func<string> program) =>
        Http(load, (cancel, pem, http2) => HttpServers.NodeAsync(program(), cancel, pem, http2));

    /// <summary>Kestrel of .NET.</summary>
    public static TlsServer Kestrel(TlsLoad load) => Http(load, HttpServers.KestrelAsync);

    /// <summary>nghttpd, which serves files.</summary>
    public static TlsServer Nghttpd => TlsServer.Twice(TlsLoad.Http2, (pem, cancellationToken) =>
        RunningProcess.OfAsync(Http2Servers.NghttpdAsync(cancellationToken, pem)));

    /// <summary>Python's http.server, a thread per connection.</summary>
    public static TlsServer PythonThreads => TlsServer.Twice(TlsLoad.Http1, (pem, cancellationToken) =>
        RunningProcess.OfAsync(HttpServers.PythonThreadsAsync(cancellationToken, pem)));

    /// <summary>Python's asyncio streams.</summary>
    public static TlsServer PythonAsyncio => TlsServer.Twice(TlsLoad.Http1, (pem, cancellationToken) =>
        RunningProcess.OfAsync(HttpServers.PythonAsyncioAsync(cancellationToken, pem)));

    /// <summary>gRPC of a kind: "dotnet" or "python".</summary>
    public static TlsServer Grpc(string kind) => TlsServer.Twice(TlsLoad.Grpc, (pem, cancellationToken) =>
        RunningProcess.OfAsync(GrpcPeers.ServeAsync(kind, cancellationToken, pem)));

    private static TlsServer Http(TlsLoad load, Func<CancellationToken, string?, bool, Task<HttpServer>> start) =>
        TlsServer.Twice(load, (pem, cancellationToken) =>
            RunningProcess.OfAsync(start(cancellationToken, pem, load == TlsLoad.Http2)));
}
