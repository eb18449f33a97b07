using System.Text.RegularExpressions;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.NodeProbe.Tls;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>nats-server as Debian strips it, with the Go client; both change to TLS behind a greeting.</summary>
public sealed class GoNatsTests
{
    private const int Messages = 100;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Messages_OverTls_GiveTheRowsOfPlainText()
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        var client = await GoPrograms.BuildAsync(
            "Nats/client.go", "github.com/nats-io/nats.go", "golang-github-nats-io-go-nats-dev", Cancelled);
        await using var node = await Node.StartAsync();

        var plain = await PublishAsync(node, client, null);
        var encrypted = await PublishAsync(node, client, certificate.PemFile);

        Assert.Equal(plain, encrypted);
        Assert.Equal(2 * Messages, plain.Count(row => row.Contains("\"payload\":\"order ", StringComparison.Ordinal)
            && row.Contains(" PUB ", StringComparison.Ordinal)));
    }

    /// <summary>Rows of PUB and MSG of both roles, sorted: several connections publish and get them.</summary>
    private static async Task<List<string>> PublishAsync(Node node, string client, string? pem)
    {
        await using var server = await NatsServer.StartAsync(Cancelled, pem);
        await node.WaitAsync(
            () => node.Tls.Any(t => t.ProcessId == server.ProcessId && t.State == TlsState.Attached),
            "probes in the server");
        string[] security = pem is null ? [] : ["tls"];

        await ChildProcess.RunAsync(client, [$"{server.Port}", $"{Messages}", .. security], Cancelled);

        var counts = await server.CountAsync(Cancelled);
        List<string> Rows() =>
        [
            .. TableText.Read(
                    node.Runtime.Tables, "nats_events.beta", "local_port", "remote_port", "encrypted", "trace_role",
                    "cmd", "body")
                .Select(row => row.Split(' ', 4))
                .Where(cells => cells[cells[3][0] == '2' ? 0 : 1] == $"{server.Port}"
                    && cells[2] == (pem is null ? "false" : "true"))
                .Select(cells => cells[3])
                .Where(row => row[2..].StartsWith("PUB", StringComparison.Ordinal)
                    || row[2..].StartsWith("MSG", StringComparison.Ordinal))
                .Where(row => !row.Contains("_INBOX", StringComparison.Ordinal)) // random names
                .Select(row => Regex.Replace(row, "\"sid\":\"[0-9]+\"", "")) // one of a group, by chance
                .Order(StringComparer.Ordinal),
        ];
        var expected = 2 * (counts.InMessages + counts.OutMessages - 40); // 10 questions, each with its answer
        await node.WaitAsync(
            () => Rows().Count >= expected, $"{expected} rows of both roles, TLS {pem is not null}");
        return Rows();
    }
}
