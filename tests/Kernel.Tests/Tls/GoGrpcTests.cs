using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>gRPC of Go over TLS: unary calls and streams give the rows of plain text.</summary>
public sealed class GoGrpcTests
{
    private const int Calls = 9; // of "brief"

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_OverTls_GiveTheRowsOfPlainText()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var program = await GoPrograms.BuildAsync(
            "Grpc/calls.go", "google.golang.org/grpc", "golang-google-grpc-dev", Cancelled);
        await using var node = await Node.StartAsync();

        var plain = await CallAsync(node, program, null);
        var encrypted = await CallAsync(node, program, certificate.PemFile);

        Assert.Equal(2 * Calls, plain.Count);
        Assert.Equal(plain, encrypted);
    }

    /// <summary>Rows of both roles, sorted: calls may end in another order than they began.</summary>
    private static async Task<List<string>> CallAsync(Node node, string program, string? pem)
    {
        string[] security = pem is null ? [] : [pem];
        await using var server = await ServerProcess.StartAsync(
            (port, _) => Task.FromResult<(string, string[])>((program, ["serve", $"{port}", .. security])),
            null,
            Cancelled);
        await node.WaitAsync(
            () => node.Tls.Any(t => t.ProcessId == server.Process.Id && t.State == TlsState.Attached),
            "probes in the server");
        await using var client = ChildProcess.Start(
            program, ["brief", $"{server.Port}", .. security], server.Folder.Path);
        await client.WaitForExitAsync(Cancelled);
        Assert.True(client.ExitCode == 0, client.Output);

        List<string> Rows() =>
        [
            .. TableText.Read(
                    node.Runtime.Tables, "http_events", "local_port", "remote_port", "encrypted", "trace_role",
                    "req_path", "req_body_size", "req_body", "resp_status", "resp_body_size", "resp_body")
                .Select(row => row.Split(' ', 4))
                .Where(cells => cells[cells[3][0] == '2' ? 0 : 1] == $"{server.Port}"
                    && cells[2] == (pem is null ? "false" : "true"))
                .Select(cells => cells[3])
                .Order(StringComparer.Ordinal),
        ];
        await node.WaitAsync(() => Rows().Count >= 2 * Calls, $"rows of both roles, TLS {pem is not null}");
        return Rows();
    }
}
