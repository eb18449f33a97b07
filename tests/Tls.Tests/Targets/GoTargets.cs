using PixieOrleans.TestKit.Servers;
using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>Programs of Go's crypto/tls: of the system's Go, or of all releases that ./soak tls unpacks.</summary>
internal static class GoTargets
{
    /// <summary>All.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        .. GoToolchain.All.SelectMany(t => t.Builds.Select(build => Http(t, build))),
        .. GoToolchain.All.Where(t => t.HasPackages).SelectMany(t => new[] { Grpc(t), NatsClient(t) }),
        new("nats-server", SystemLibraries.OfProgram("nats-server", "nats-server")) { Servers = [Nats.Server] },
    ];

    private static TlsTarget Http(GoToolchain toolchain, GoBuild build)
    {
        var program = build switch
        {
            GoBuild.Stripped => "net/http (stripped)",
            GoBuild.StrippedPie => "net/http (stripped, for any address)",
            GoBuild.ExternalPie => "net/http (stripped, linked by the C linker)",
            GoBuild.Unoptimised => "net/http (not optimised)",
            GoBuild.Race => "net/http (with -race)",
            GoBuild.BoringCrypto => "net/http (BoringCrypto)",
            _ => "net/http",
        };
        return Of(toolchain, program, cancel => toolchain.BuildAsync(GoProgram.Http, build, cancel)) with
        {
            Servers = [HttpServer(toolchain, build, TlsLoad.Http1), HttpServer(toolchain, build, TlsLoad.Http2)],
            Clients = [HttpClient(toolchain, build, TlsLoad.Http1), HttpClient(toolchain, build, TlsLoad.Http2)],
            IsLong = toolchain.IsUnpacked || build != GoBuild.Stripped,
        };
    }

    private static TlsTarget Grpc(GoToolchain toolchain)
    {
        Task<string> BuildAsync(CancellationToken cancel) =>
            toolchain.BuildAsync(GoProgram.Grpc, GoBuild.Plain, cancel);
        return Of(toolchain, "grpc-go", BuildAsync) with
        {
            Servers =
            [
                TlsServer.Twice(TlsLoad.Grpc, async (pem, cancel) => await ServeAsync(
                    await BuildAsync(cancel), pem is null ? [] : [pem], cancel)),
            ],
            Clients =
            [
                new TlsClient(TlsLoad.Grpc, async (endpoint, cancel) =>
                {
                    string[] security = endpoint.IsSecure ? [endpoint.PemFile!] : [];
                    using var folder = new TempFolder(); // of its log
                    await using var client = ChildProcess.Start(
                        await BuildAsync(cancel), ["brief", $"{endpoint.Port}", .. security], folder.Path);
                    await client.WaitForExitAsync(cancel);
                    Assert.True(client.ExitCode == 0, client.Output);
                }),
            ],
        };
    }

    private static TlsTarget NatsClient(GoToolchain toolchain)
    {
        Task<string> BuildAsync(CancellationToken cancel) =>
            toolchain.BuildAsync(GoProgram.Nats, GoBuild.Plain, cancel);
        return Of(toolchain, "nats.go", BuildAsync) with { Clients = [Nats.Go(BuildAsync)] };
    }

    private static TlsTarget Of(
        GoToolchain toolchain, string program, Func<CancellationToken, Task<string>> build) =>
        new($"{toolchain}, {program}", build) { Program = program, IsLong = true };

    private static TlsServer HttpServer(GoToolchain toolchain, GoBuild build, TlsLoad load) =>
        TlsServer.Twice(load, async (pem, cancel) => await ServeAsync(
            await BuildAsync(toolchain, build, load, isSecure: pem is not null, cancel), [pem ?? "-"], cancel));

    private static TlsClient HttpClient(GoToolchain toolchain, GoBuild build, TlsLoad load) =>
        new(load, async (endpoint, cancel) => await ChildProcess.RunAsync(
            await BuildAsync(toolchain, build, load, endpoint.IsSecure, cancel),
            ["ask", load == TlsLoad.Http2 ? "h2" : "h1", "-", endpoint.Url(""), .. HttpRequest.Arguments],
            cancel));

    // Where a toolchain is too old for HTTP/2 in plain text, the system's makes what rows over TLS are compared with.
    private static Task<string> BuildAsync(
        GoToolchain toolchain, GoBuild build, TlsLoad load, bool isSecure, CancellationToken cancel) =>
        isSecure || load == TlsLoad.Http1 || toolchain.HasPackages
            ? toolchain.BuildAsync(GoProgram.Http, build, cancel)
            : GoProgram.Http.BuildAsync(cancel);

    private static Task<RunningProcess> ServeAsync(string program, string[] arguments, CancellationToken cancel) =>
        RunningProcess.OfAsync(ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>((program, ["serve", $"{port}", .. arguments])),
            ready: null,
            cancel));
}
