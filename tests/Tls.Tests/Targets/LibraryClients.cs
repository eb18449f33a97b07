using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Clients of HTTP on TLS libraries other than OpenSSL.</summary>
internal static class LibraryClients
{
    /// <summary>GNU Wget, a process for each request; an answer that is an error does not end it.</summary>
    public static TlsClient Wget => new(TlsLoad.Http1, async (endpoint, cancellationToken) =>
    {
        var (shell, wget) = (Programs.Require("sh", "dash"), Programs.Require("wget", "wget"));
        foreach (var request in HttpRequest.All)
        {
            string[] body = request.BodyBytes > 0 ? [$"--post-data={request.Body}"] : [];
            string[] arguments =
                ["-q", "--tries=1", "-O", "/dev/null", "--no-check-certificate", .. body, endpoint.Url(request.Path)];
            await ChildProcess.RunAsync(
                shell, ["-c", "\"$@\"; [ $? = 0 -o $? = 8 ]", "sh", wget, .. arguments], cancellationToken);
        }
    });

    /// <summary>libcurl in one of its builds: libcurl-gnutls.so.4, libcurl-nss.so.4.</summary>
    public static TlsClient LibCurl(TlsLoad load, string library) => new(load, (endpoint, cancellationToken) =>
    {
        if (!File.Exists($"/usr/lib/x86_64-linux-gnu/{library}"))
        {
            throw Programs.Skip($"{library} is missing: apt-get install libcurl3-gnutls libcurl3-nss");
        }

        string[] arguments = [library, load == TlsLoad.Http2 ? "http2" : "http1", endpoint.Url("")];
        return ChildProcess.RunAsync(
            Programs.Require("python3", "python3"),
            [Python.Script("Http/libcurl.py"), .. arguments, .. HttpRequest.Arguments],
            cancellationToken);
    });

    /// <summary>A program of the tests with the arguments KIND ADDRESS (METHOD PATH BYTES)….</summary>
    public static TlsClient Program(Func<CancellationToken, Task<string>> program, string kind) =>
        new(TlsLoad.Http1, async (endpoint, cancellationToken) => await ChildProcess.RunAsync(
            await program(cancellationToken), [kind, endpoint.Url(""), .. HttpRequest.Arguments], cancellationToken));
}
