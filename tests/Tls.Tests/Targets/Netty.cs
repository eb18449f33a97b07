using System.Security.Cryptography;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>A Java program of the tests on Debian's Netty, whose netty-tcnative calls OpenSSL.</summary>
internal static class Netty
{
    private const string Jars = "/usr/share/java";
    private const string Native = "/usr/lib/x86_64-linux-gnu/jni/libnetty-tcnative.so";
    private const string NativeName = "libnetty_tcnative.so"; // Netty and the library itself know no other

    /// <summary>HTTP/1.1.</summary>
    public static TlsServer Server => TlsServer.Twice(TlsLoad.Http1, async (pem, cancellationToken) =>
    {
        var command = await BuildAsync(cancellationToken);
        string[] certificate = pem is null ? [] : [pem];
        return await RunningProcess.OfAsync(HttpServer.StartAsync(
            (port, _) => (command[0], [.. command[1..], "server", $"{port}", .. certificate]),
            TimeSpan.FromSeconds(1),
            cancellationToken));
    });

    /// <summary>HTTP/1.1.</summary>
    public static TlsClient Client => new(TlsLoad.Http1, async (endpoint, cancellationToken) =>
    {
        var command = await BuildAsync(cancellationToken);
        await ChildProcess.RunAsync(
            command[0], [.. command[1..], "client", endpoint.Url(""), .. HttpRequest.Arguments], cancellationToken);
    });

    /// <summary>The program and its first arguments; built once per change of its source.</summary>
    private static async Task<string[]> BuildAsync(CancellationToken cancellationToken)
    {
        string[] names =
            ["buffer", "codec", "codec-http", "common", "handler", "resolver", "transport", "tcnative"];
        string[] jars = [.. names.Select(name => $"{Jars}/netty-{name}.jar")];
        if (Array.Find([.. jars, Native], file => !File.Exists(file)) is { } missing)
        {
            throw Programs.Skip($"{missing} is missing: apt-get install libnetty-java libnetty-tcnative-java");
        }

        var source = Path.Combine(AppContext.BaseDirectory, "servers/Tls/NettyHttp.java");
        var text = await File.ReadAllBytesAsync(source, cancellationToken);
        var version = Convert.ToHexStringLower(SHA256.HashData(text));
        var folder = $"{Path.ChangeExtension(source, null)}-{version[..8]}";
        var path = string.Join(':', jars);
        if (!File.Exists($"{folder}/{NativeName}"))
        {
            var javac = Programs.Require("javac", "openjdk-17-jdk-headless");
            await ChildProcess.RunAsync(javac, ["-cp", path, "-d", folder, source], cancellationToken);
            File.Copy(Native, $"{folder}/{NativeName}");
        }

        var java = Programs.Require("java", "openjdk-17-jdk-headless");
        return [java, $"-Djava.library.path={folder}", "-cp", $"{path}:{folder}", "NettyHttp"];
    }
}
