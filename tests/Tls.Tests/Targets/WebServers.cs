using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Servers of HTTP on Debian's OpenSSL.</summary>
internal static class WebServers
{
    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        new("nginx", SystemLibraries.OpenSsl) { Servers = [Nginx(TlsLoad.Http1), Nginx(TlsLoad.Http2)] },
    ];

    /// <summary>nginx, which answers with texts and files.</summary>
    public static TlsServer Nginx(TlsLoad load) => TlsServer.Twice(load, (pem, cancellationToken) =>
        RunningProcess.OfAsync(HttpServers.NginxAsync(cancellationToken, pem, http2: load == TlsLoad.Http2)));
}
