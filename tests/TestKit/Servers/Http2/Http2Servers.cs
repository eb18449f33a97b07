namespace PixieOrleans.TestKit.Servers.Http2;

/// <summary>Servers of HTTP/2 without TLS.</summary>
public static class Http2Servers
{
    private const string Http2Conf = """

        LoadModule http2_module modules/mod_http2.so
        Protocols h2c http/1.1
        H2Upgrade on
        """;

    /// <summary>Apache, which speaks HTTP/2 to who knows that and upgrades others; index.html for every path.</summary>
    public static Task<HttpServer> ApacheAsync(CancellationToken cancellationToken)
    {
        var apache = Programs.Require("apache2", "apache2");
        return HttpServer.StartAsync(
            (port, folder) =>
            {
                folder.Write("index.html", "hi\n");
                var conf = folder.Write("apache.conf", ServerFiles.ApacheConf(port, folder.Path) + Http2Conf);
                return (apache, ["-DFOREGROUND", "-f", conf]);
            },
            TimeSpan.FromMicroseconds(1),
            cancellationToken);
    }

    /// <summary>nghttpd with the files of its folder; what it sends and receives is in nghttpd.log there.</summary>
    public static Task<ServerProcess> NghttpdAsync(CancellationToken cancellationToken)
    {
        var nghttpd = Programs.Require("nghttpd", "nghttp2-server");
        return ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>(
                ("/bin/sh", ["-c", $"exec {nghttpd} -v --no-tls --address=127.0.0.1 {port} > nghttpd.log"])),
            ready: null,
            cancellationToken);
    }
}
