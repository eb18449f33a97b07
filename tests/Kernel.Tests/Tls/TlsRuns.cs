using System.Net;
using System.Net.Sockets;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Tls;

/// <summary>The same requests in plain text and over TLS, and the rows that a node has of them.</summary>
internal static class TlsRuns
{
    /// <summary>What is asked for, in this order, over one connection.</summary>
    public static readonly string[] Paths = ["/", "/one?x=1", "/status/404", "/two"];

    private const string Warmup = "/warmup";
    private const int MaxWarmups = 5;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Asks a server that has its probes; its rows of the requests.</summary>
    /// <param name="node">The node.</param>
    /// <param name="start">Starts the server, in plain text when it is given no certificate.</param>
    /// <param name="client">Asks it.</param>
    /// <param name="pem">The certificate; null: in plain text.</param>
    /// <param name="version">What the version of its TLS library must start with.</param>
    public static async Task<List<string>> OfServerAsync(
        Node node, Func<string?, Task<HttpServer>> start, string client, string? pem, string version = "")
    {
        await using var server = await start(pem);
        if (pem is not null)
        {
            await node.WaitAsync(() => node.Tls.Any(t => t.ProcessId == server.ProcessId), "probes in the server");
            var library = node.Tls.First(t => t.ProcessId == server.ProcessId);
            Assert.StartsWith(version, library.Version, StringComparison.Ordinal);
        }

        await TlsClients.AskAsync(client, Addresses(server), Cancelled);
        return await ReadAsync(node, server, role: 2, pem);
    }

    /// <summary>Lets a client ask a server; the client's rows of the requests.</summary>
    public static async Task<List<string>> OfClientAsync(
        Node node, Func<string?, Task<HttpServer>> start, Func<Uri[], Task> ask, string? pem)
    {
        await using var server = await start(pem);
        for (var i = 0; pem is not null && i < MaxWarmups && !Rows(node, server, 1, Warmup, pem).Any(); i++)
        {
            await HoldAsync(node, ask);
            await ask([new Uri(server.Address, Warmup)]);
        }

        await ask(Addresses(server));
        return await ReadAsync(node, server, role: 1, pem);
    }

    /// <summary>
    /// Keeps a client waiting for an answer to its hello until a process that uses TLS has been noticed: then its
    /// library has its probes, which stay for later processes.
    /// </summary>
    private static async Task HoldAsync(Node node, Func<Uri[], Task> ask)
    {
        var known = node.Tls.Select(t => t.ProcessId).ToHashSet();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var asked = ask([new Uri($"https://{listener.LocalEndpoint}/")]);
        using (await listener.AcceptSocketAsync(Cancelled))
        {
            await node.WaitAsync(() => node.Tls.Any(t => !known.Contains(t.ProcessId)), "probes for the client");
        }

        listener.Stop();
        await asked.ContinueWith(_ => { }, TaskScheduler.Default); // it failed, as its connection was closed
    }

    private static Uri[] Addresses(HttpServer server) => [.. Paths.Select(path => new Uri(server.Address, path))];

    private static async Task<List<string>> ReadAsync(Node node, HttpServer server, int role, string? pem)
    {
        List<string> Read() => [.. Rows(node, server, role, "/", pem).Where(r => !r.Contains(Warmup))];
        await node.WaitAsync(() => Read().Count >= Paths.Length, $"{Paths.Length} rows, TLS: {pem is not null}");
        return Read();
    }

    /// <summary>Method, path, status and body of the rows whose path begins so, in the order of their time.</summary>
    private static IEnumerable<string> Rows(Node node, HttpServer server, int role, string path, string? pem) =>
        TableText.Read(
                node.Runtime.Tables, "http_events", "local_port", "remote_port", "encrypted", "trace_role",
                "req_method", "req_path", "resp_status", "resp_body")
            .Select(row => row.Split(' ', 6))
            .Where(cells => cells[role == 2 ? 0 : 1] == $"{server.Port}" && cells[3] == $"{role}")
            .Where(cells => cells[2] == (pem is null ? "false" : "true"))
            .Where(cells => cells[5].StartsWith(path, StringComparison.Ordinal))
            .Select(cells => $"{cells[4]} {cells[5]}");
}
