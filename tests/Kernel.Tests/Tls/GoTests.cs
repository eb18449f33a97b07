using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>
/// Go's crypto/tls, both roles, against the rows of the same requests without TLS. The system's Go, or with
/// PXO_GO_TOOLCHAINS all that ./soak tls-go has unpacked.
/// </summary>
public sealed class GoTests
{
    private const string Source = "Go/https.go";
    private static readonly string[] Paths = ["/", "/one?x=1", "/two"];

    private static readonly string[] Requests = // of some, the body takes several records
    [
        "GET", "/", "0", "GET", "/one?x=1", "0", "GET", "/status/404", "0", "GET", "/size/40000", "0",
        "POST", "/echo", "30000", "GET", "/two", "0",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static bool IsLong => Environment.GetEnvironmentVariable(GoToolchain.FolderVariable) is { Length: > 0 };

    public static TheoryData<string, GoBuild> Builds()
    {
        var kinds = IsLong ? Enum.GetValues<GoBuild>() : [GoBuild.Plain, GoBuild.Stripped];
        return [.. GoToolchain.All.SelectMany(t => kinds.Where(k => Has(t, k)).Select(k => (t.Version, k)))];
    }

    public static TheoryData<string> Toolchains() => [.. GoToolchain.All.Select(t => t.Version)];

    [Theory]
    [MemberData(nameof(Builds))]
    public async Task Programs_OverTls_GiveTheRowsOfPlainText(string version, GoBuild build)
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var program = await new GoToolchain(version).BuildAsync(Source, build, Cancelled);
        await using var node = await Node.StartAsync();
        var plain = await AskAsync(node, program, null, "h1", "-");
        Assert.Equal(Requests.Length / 3, plain.Server.Count);

        foreach (var (protocol, wrap) in new[] { ("h1", "-"), ("h2", "-"), ("h2", "embedded"), ("h1", "field") })
        {
            var encrypted = await AskAsync(node, program, certificate.PemFile, protocol, wrap);

            Assert.Equal(plain.Server, encrypted.Server);
            Assert.Equal(plain.Client, encrypted.Client);
        }

        var status = node.Tls.First(t => t.Library == program);
        Assert.Equal(TlsState.Attached, status.State);
        Assert.Contains("crypto/tls.(*Conn).Read Call", status.Sites, StringComparison.Ordinal);
        Assert.Matches(
            build == GoBuild.BoringCrypto ? @"^Go 1\.\d+.* \(boringcrypto\)$" : @"^Go 1\.\d+", status.Version);
        Assert.All(node.Tls.Where(t => t.Library == program), t => Assert.Equal(0, t.UnlinkedCalls + t.MixedObjects));
    }

    [Theory]
    [MemberData(nameof(Toolchains))]
    public async Task Connections_ManyAtOnce_EachGetsItsOwnRows(string version)
    {
        const int Connections = 20;
        const int Requests = 25;
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var program = await new GoToolchain(version).BuildAsync(Source, GoBuild.Stripped, Cancelled);
        await using var node = await Node.StartAsync();
        await using var server = await StartAsync(node, program, certificate.PemFile, "-");

        await ChildProcess.RunAsync(
            program, ["many", $"{Connections}", $"{Requests}", $"127.0.0.1:{server.Port}"], Cancelled);

        List<(string ClientPort, string Path)> Rows(int role) =>
        [
            .. TableText.Read(
                    node.Runtime.Tables, "http_events", "trace_role", "local_port", "remote_port", "req_path")
                .Select(row => row.Split(' '))
                .Where(cells => cells[0] == $"{role}" && cells[role == 2 ? 1 : 2] == $"{server.Port}")
                .Select(cells => (cells[role == 2 ? 2 : 1], cells[3])),
        ];
        foreach (var role in new[] { 1, 2 })
        {
            await node.WaitAsync(() => Rows(role).Count >= Connections * Requests, $"rows of role {role}");
            Assert.All(Rows(role).GroupBy(row => row.ClientPort), connection => Assert.Equal(
                Enumerable.Range(0, Requests).Select(i => $"/{connection.Key}/{i}"),
                connection.Select(row => row.Path)));
        }
    }

    /// <summary>The server waits in Read while the probes come.</summary>
    [Fact]
    public async Task Connection_OpenBeforeTheProbes_IsSeenFromItsNextRequestOn()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var program = await GoToolchain.All[0].BuildAsync(Source, GoBuild.Stripped, Cancelled);
        await using var server = await ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>((program, ["serve", $"{port}", certificate.PemFile])),
            null,
            Cancelled);
        await using var client = ChildProcess.Start(program, ["lines", $"127.0.0.1:{server.Port}"], withInput: true);
        await Poll.UntilAsync(
            () => Task.FromResult(client.Output.Contains("connected", StringComparison.Ordinal)),
            TimeSpan.FromSeconds(20),
            () => $"the client is connected; {client.Output}",
            Cancelled);
        await using var node = await Node.StartAsync();
        await node.WaitAsync(() => node.Tls.Count(t => t.Library == program) == 2, "probes in both");

        foreach (var path in Paths)
        {
            await client.WriteLineAsync(path, Cancelled);
        }

        foreach (var role in new[] { 1, 2 })
        {
            List<string> Seen() => [.. Rows(node, server.Port, role, true, "1").Select(row => row.Split(' ')[1])];
            await node.WaitAsync(() => Seen().Count >= Paths.Length, $"rows of role {role}");
            Assert.Equal(Paths, Seen());
        }
    }

    /// <summary>BoringCrypto is an experiment since 1.19; how programs are linked changed with 1.26.</summary>
    private static bool Has(GoToolchain toolchain, GoBuild build) => build switch
    {
        GoBuild.BoringCrypto => toolchain.Version != "1.15",
        GoBuild.StrippedPie => toolchain.Version is "1.19" or "1.24" or "1.27",
        GoBuild.ExternalPie => toolchain.Version is "1.24" or "1.27",
        _ => true,
    };

    private static async Task<ServerProcess> StartAsync(Node node, string program, string? pem, string wrap)
    {
        var server = await ServerProcess.StartAsync(
            (port, _) => Task.FromResult((program, new[] { "serve", $"{port}", pem ?? "-", wrap })), null, Cancelled);
        await node.WaitAsync(
            () => node.Tls.Any(t => t.ProcessId == server.Process.Id && t.State == TlsState.Attached),
            "probes in the server");
        return server;
    }

    private static async Task<(List<string> Server, List<string> Client)> AskAsync(
        Node node, string program, string? pem, string protocol, string wrap)
    {
        await using var server = await StartAsync(node, program, pem, wrap);
        var scheme = pem is null ? "http" : "https";
        string[] arguments = ["ask", protocol, wrap, $"{scheme}://127.0.0.1:{server.Port}"];

        await ChildProcess.RunAsync(program, [.. arguments, .. Requests], Cancelled);

        List<string> RowsOf(int role) =>
            Rows(node, server.Port, role, pem is not null, protocol == "h2" ? "2" : "1");
        await node.WaitAsync(
            () => RowsOf(1).Count >= Requests.Length / 3 && RowsOf(2).Count >= Requests.Length / 3,
            $"rows of {protocol}, wrapped {wrap}");
        return (RowsOf(2), RowsOf(1));
    }

    private static List<string> Rows(Node node, int port, int role, bool isEncrypted, string version) =>
    [
        .. TableText.Read(
                node.Runtime.Tables, "http_events", "local_port", "remote_port", "encrypted", "trace_role",
                "major_version", "req_method", "req_path", "req_body_size", "req_body", "resp_status",
                "resp_body_size", "resp_body")
            .Select(row => row.Split(' ', 6))
            .Where(cells => cells[role == 2 ? 0 : 1] == $"{port}" && cells[3] == $"{role}"
                && cells[2] == (isEncrypted ? "true" : "false") && cells[4] == version)
            .Select(cells => cells[5]),
    ];
}
