using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>Real servers and clients over TLS: the rows of a node are those of the same load in plain text.</summary>
public sealed class TlsTrafficTests
{
    private static readonly string[] Paths = ["/", "/one?x=1", "/status/404", "/two"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Servers() => new("nginx", "python", "asyncio", "node", "kestrel");

    public static TheoryData<string> Clients() => new("curl", "python", "node", "dotnet");

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Server_OverTls_GivesTheRowsOfPlainText(string name)
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();

        var plain = await RowsAsync(node, name, "curl", null, role: 2);
        var encrypted = await RowsAsync(node, name, "curl", certificate.PemFile, role: 2);

        Assert.Equal(Paths.Length, plain.Count);
        Assert.Equal(plain.Select(row => row + " true"), encrypted.Select(row => row + " true"));
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task Client_OverTls_GivesTheRowsOfPlainText(string name)
    {
        Programs.RequireRoot();
        using var certificate = new Certificate();
        await using var node = await Node.StartAsync();

        var plain = await RowsAsync(node, "nginx", name, null, role: 1);
        var encrypted = await RowsAsync(node, "nginx", name, certificate.PemFile, role: 1);

        Assert.Equal(Paths.Length, plain.Count);
        Assert.Equal(plain, encrypted);
    }

    private static async Task<List<string>> RowsAsync(Node node, string server, string client, string? pem, int role)
    {
        await using var running = await StartAsync(server, pem);
        if (pem is not null)
        {
            await node.WaitAsync(
                () => node.Tls.Any(t => t.ProcessId == running.ProcessId) || server == "kestrel",
                "probes in the server");
        }

        await TlsClients.AskAsync(client, Paths.Select(path => new Uri(running.Address, path)), Cancelled);
        var isEncrypted = pem is null ? "false" : "true";
        List<string> Rows() =>
        [
            .. TableText.Read(
                    node.Runtime.Tables, "http_events", "local_port", "remote_port", "encrypted", "trace_role",
                    "req_method", "req_path", "resp_status", "resp_body")
                .Select(row => row.Split(' ', 5))
                .Where(cells => cells[role == 2 ? 0 : 1] == $"{running.Port}" && cells[3] == $"{role}")
                .Where(cells => cells[2] == isEncrypted)
                .Select(cells => cells[4]),
        ];
        await node.WaitAsync(() => Rows().Count >= Paths.Length, $"rows of {server}, {client}, TLS {isEncrypted}");
        return Rows();
    }

    private static Task<HttpServer> StartAsync(string name, string? pem) => name switch
    {
        "nginx" => HttpServers.NginxAsync(Cancelled, pem),
        "python" => HttpServers.PythonThreadsAsync(Cancelled, pem),
        "asyncio" => HttpServers.PythonAsyncioAsync(Cancelled, pem),
        "node" => HttpServers.NodeAsync(Cancelled, pem),
        _ => HttpServers.KestrelAsync(Cancelled, pem),
    };
}
