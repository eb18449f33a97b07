using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests;

/// <summary>Servers by the names that theories use.</summary>
internal static class TestServers
{
    public static Task<HttpServer> StartAsync(string kind, CancellationToken cancellationToken) => kind switch
    {
        "nginx" => HttpServers.NginxAsync(cancellationToken),
        "apache" => HttpServers.ApacheAsync(cancellationToken),
        "python-threads" => HttpServers.PythonThreadsAsync(cancellationToken),
        "python-asyncio" => HttpServers.PythonAsyncioAsync(cancellationToken),
        "node" => HttpServers.NodeAsync(cancellationToken),
        "kestrel" => HttpServers.KestrelAsync(cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such server"),
    };
}
