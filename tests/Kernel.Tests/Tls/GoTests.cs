using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>
/// Go's crypto/tls where the TLS matrix does not reach: many connections, connections of other makes, probes that come
/// late. The system's Go, or with PXO_GO_TOOLCHAINS all that ./soak tls has unpacked.
/// </summary>
public sealed class GoTests
{
    private static readonly string[] Paths = ["/", "/one?x=1", "/two"];

    private static readonly string[] Requests = // of some, the body takes several records
    [
        "GET", "/", "0", "GET", "/one?x=1", "0", "GET", "/status/404", "0", "GET", "/size/40000", "0",
        "POST", "/echo", "30000", "GET", "/two", "0",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Toolchains() => [.. GoToolchain.All.Select(t => t.Version)];

    [Theory]
    [MemberData(nameof(Toolchains))]
    public async Task Programs_WhoseConnectionIsWrapped_GiveTheRowsOfPlainText(string version)
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var program = await BuildAsync(version);
        await using var node = await Node.StartAsync();
        var plain = await AskAsync(node, program, null, "h1", "-");
        Assert.Equal(Requests.Length / 3, plain.Server.Count);

        foreach (var (protocol, wrap) in new[] { ("h2", "embedded"), ("h1", "field") })
        {
            var encrypted = await AskAsync(node, program, certificate.PemFile, protocol, wrap);

            Assert.Equal(plain.Server, encrypted.Server);
            Assert.Equal(plain.Client, encrypted.Client);
        }

        var status = node.Tls.First(t => t.Library == program);
        Assert.Equal(TlsState.Attached, status.State);
        Assert.Contains("crypto/tls.(*Conn).Read Call", status.Sites, StringComparison.Ordinal);
        Assert.Matches(@"^Go 1\.\d+", status.Version);
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
        var program = await BuildAsync(version);
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
        var program = await BuildAsync(GoToolchain.All[0].Version);
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

    private static Task<string> BuildAsync(string version) =>
        new GoToolchain(version).BuildAsync(GoProgram.Http, GoBuild.Stripped, Cancelled);

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
