using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>NATS: TLS behind the server's greeting.</summary>
internal static class Nats
{
    /// <summary>nats-server, which is a stripped program of Go.</summary>
    public static TlsServer Server => TlsServer.Twice(TlsLoad.Nats, async (pem, cancellationToken) =>
    {
        var server = await NatsServer.StartAsync(cancellationToken, pem);
        return new RunningProcess(server.Port, server);
    });

    /// <summary>Lines over a socket of Python.</summary>
    public static TlsClient Python => new(TlsLoad.Nats, async (endpoint, cancellationToken) =>
        await RunAsync(
            await TestKit.Servers.Python.RequireAsync("ssl", "python3", cancellationToken),
            [TestKit.Servers.Python.Script("Nats/lines.py")],
            endpoint,
            cancellationToken));

    /// <summary>The client of npm, on Node's TLS.</summary>
    public static TlsClient Node => new(TlsLoad.Nats, async (endpoint, cancellationToken) =>
        await RunAsync(
            await NodeModules.RequireAsync("nats", cancellationToken),
            [TestKit.Servers.Python.Script("Nats/client.js")],
            endpoint,
            cancellationToken));

    /// <summary>Lines over .NET's SslStream.</summary>
    public static TlsClient Dotnet => new(TlsLoad.Nats, (endpoint, cancellationToken) =>
        RunAsync(
            Programs.RequireBuilt("PixieOrleans.Servers.Clients", "PixieOrleans.Servers.Clients"),
            ["nats"],
            endpoint,
            cancellationToken));

    /// <summary>The client of Go.</summary>
    public static TlsClient Go(Func<CancellationToken, Task<string>> build) => new(
        TlsLoad.Nats,
        async (endpoint, cancellationToken) =>
            await RunAsync(await build(cancellationToken), [], endpoint, cancellationToken));

    private static Task<string> RunAsync(
        string program, string[] arguments, Endpoint endpoint, CancellationToken cancellationToken) =>
        ChildProcess.RunAsync(
            program,
            [
                .. arguments, $"{endpoint.Port}", TlsLoad.NatsSubject, endpoint.IsSecure ? "tls" : "plain",
                .. TlsLoad.Nats.Requests,
            ],
            cancellationToken);
}
