using PixieOrleans.TestKit.Servers.Tls;

namespace PixieOrleans.TestKit.Servers.Grpc;

/// <summary>Implementations of gRPC, each with a server and a client of the same calls.</summary>
/// <remarks>The programs are in tests/Servers/Grpc; all clients make the same calls in the same order.</remarks>
public static class GrpcPeers
{
    /// <summary>Calls that a client makes.</summary>
    public const int Calls = 13;

    /// <summary>Starts a server: "dotnet", "core", "python" or "go". It logs to server.log in its folder.</summary>
    /// <param name="kind">The implementation.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <param name="pem">A file with a certificate and its key, for TLS.</param>
    public static Task<ServerProcess> ServeAsync(
        string kind, CancellationToken cancellationToken, string? pem = null) =>
        ServerProcess.StartAsync(
            async (port, _) =>
            {
                var (program, arguments) = await ProgramAsync(kind, cancellationToken);
                return (program, [.. arguments, "serve", $"{port}", .. Optional(pem)]);
            },
            ready: null,
            cancellationToken);

    /// <summary>Runs the client of a kind against a server to its end; it logs to client.log in the server's folder.
    /// </summary>
    public static async Task CallAsync(string kind, ServerProcess server, CancellationToken cancellationToken)
    {
        await using var client = await StartClientAsync(kind, "call", server, cancellationToken);
        await client.WaitForExitAsync(cancellationToken);
        ThrowIfFailed(client);
    }

    /// <summary>Starts a client that makes one unary call per line of its input, on one connection; not "dotnet".
    /// </summary>
    public static Task<ChildProcess> StartLinesAsync(
        string kind, ServerProcess server, CancellationToken cancellationToken) =>
        StartClientAsync(kind, "lines", server, cancellationToken);

    /// <summary>Runs the client of a kind for the calls that end in the same way each time.</summary>
    /// <param name="kind">The implementation.</param>
    /// <param name="port">Of the server.</param>
    /// <param name="pem">The server's certificate, for TLS.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task CallBrieflyAsync(
        string kind, int port, string? pem, CancellationToken cancellationToken)
    {
        using var folder = new TempFolder();
        var (program, arguments) = await ProgramAsync(kind, cancellationToken);
        await using var client = ChildProcess.Start(
            program, [.. arguments, "brief", $"{port}", .. Optional(pem)], folder.Path);
        await client.WaitForExitAsync(cancellationToken);
        ThrowIfFailed(client);
    }

    private static string[] Optional(string? argument) => argument is null ? [] : [argument];

    private static void ThrowIfFailed(ChildProcess client)
    {
        if (client.ExitCode != 0)
        {
            throw new InvalidOperationException($"the client ended with {client.ExitCode}: {client.Output}");
        }
    }

    private static async Task<ChildProcess> StartClientAsync(
        string kind, string mode, ServerProcess server, CancellationToken cancellationToken)
    {
        var (program, arguments) = await ProgramAsync(kind, cancellationToken);
        return ChildProcess.Start(program, [.. arguments, mode, $"{server.Port}"], server.Folder.Path, withInput: true);
    }

    private static async Task<(string Program, string[] Arguments)> ProgramAsync(
        string kind, CancellationToken cancellationToken) => kind switch
        {
            "dotnet" => (Programs.RequireBuilt("PixieOrleans.Servers.Grpc", "PixieOrleans.Servers.Grpc"), []),
            "core" => (TlsTargetFolder.Require("grpc-core", "PixieOrleans.Servers.GrpcCore"), []),
            "python" => (
                await Python.RequireAsync(
                    "grpc, google.protobuf", "python3-grpcio python3-protobuf", cancellationToken),
                [Python.Script("Grpc/calls.py")]),
            "go" => (await GoProgram.Grpc.BuildAsync(cancellationToken), []),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such implementation"),
        };
}
