namespace PixieOrleans.TestKit.Servers.Http2;

/// <summary>Servers of HTTP/2 alone.</summary>
public static class Http2Servers
{
    /// <summary>nghttpd with the files of its folder; what it sends and receives is in nghttpd.log there.</summary>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    public static Task<ServerProcess> NghttpdAsync(CancellationToken cancellationToken, string? pem = null)
    {
        var nghttpd = Programs.Require("nghttpd", "nghttp2-server");
        var (option, files) = pem is null ? ("--no-tls", "") : ("", $"{pem} {pem}");
        var command = $"exec {nghttpd} -v --address=127.0.0.1 {option}";
        return ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>(
                ("/bin/sh", ["-c", $"{command} {port} {files} > nghttpd.log"])),
            ready: null,
            cancellationToken);
    }
}
