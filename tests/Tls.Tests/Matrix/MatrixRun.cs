using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PixieOrleans.Kernel.Tests.Tls;
using PixieOrleans.NodeProbe.Tests;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>
/// Runs a load in plain text and over TLS against the same servers and compares what a node tells of the two.
/// </summary>
/// <param name="node">Traces both roles.</param>
/// <param name="cell">What is run.</param>
/// <param name="certificate">Of the server.</param>
internal sealed class MatrixRun(Node node, MatrixCell cell, Certificate certificate)
{
    private const StringComparison Ordinal = StringComparison.Ordinal;
    private const int MaxWarmUps = 5; // runs of a client that is gone before probes are in its library
    private static readonly TimeSpan WarmUpDeadline = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan RowsDeadline = TimeSpan.FromSeconds(15);
    private static readonly string[] CommonColumns =
        ["time_", "upid", "local_port", "remote_port", "trace_role", "encrypted"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Runs the cell; a difference fails the test.</summary>
    public async Task RunAsync()
    {
        await using var server = await cell.Server.StartAsync(certificate, Cancelled);
        await WarmUpAsync(server.SecurePort);
        var plain = new Endpoint(server.PlainPort, null);
        var secure = new Endpoint(server.SecurePort, certificate.PemFile);

        var plainSince = Now();
        await cell.Client.RunAsync(plain, Cancelled);
        var expected = await WaitForRequestsAsync(plain, plainSince);
        var (secureSince, unlinked) = (Now(), Unlinked());
        var plainBefore = plain.Port == secure.Port ? secureSince : long.MaxValue; // servers read on when clients end
        await cell.Client.RunAsync(secure, Cancelled);
        await UntilAsync(
            () =>
            {
                expected = Rows(plain, plainSince, plainBefore);
                return Texts(Rows(secure, secureSince)).SequenceEqual(Texts(expected));
            },
            () => Difference(Texts(expected), Texts(Rows(secure, secureSince))));

        Assert.True(
            unlinked == Unlinked(),
            $"{Unlinked() - unlinked} calls of unknown connections:\n{string.Join('\n', node.Tls)}");
        var actual = Rows(secure, secureSince);
        await CheckConnectionsAsync(secure, actual);
        if (!expected.Exists(row => actual.Exists(other => other.Process == row.Process)))
        {
            await CheckConnectionsAsync(plain, expected); // conn_stats adds up a process' connections with a peer
        }

        await UntilAsync(() => HasHandshake(server.SecurePort), () => "a row of tls_events");
    }

    /// <summary>
    /// Makes sure that probes are in place: in a server that loads its library with its first connection, and in the
    /// library of a client that ends at once.
    /// </summary>
    private async Task WarmUpAsync(int port)
    {
        var endpoint = new Endpoint(port, certificate.PemFile);
        for (var run = 1; ; run++)
        {
            await cell.Client.RunAsync(endpoint, Cancelled);
            try
            {
                await Poll.UntilAsync(
                    () => Task.FromResult(MissingRequests(Rows(endpoint, 0)).Count == 0),
                    WarmUpDeadline,
                    () => $"plaintext of {cell.Name}; rows:\n{string.Join('\n', Texts(Rows(endpoint, 0)))}\n"
                        + string.Join('\n', node.Tls),
                    Cancelled);
                return;
            }
            catch (TimeoutException) when (run < MaxWarmUps)
            {
                await HoldAsync();
            }
        }
    }

    /// <summary>
    /// Keeps the client waiting for an answer until a process that uses TLS has been noticed: then its library has its
    /// probes, which stay for later processes.
    /// </summary>
    private async Task HoldAsync()
    {
        var known = node.Tls.Select(t => t.ProcessId).ToHashSet();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var asked = cell.Client.RunAsync(new Endpoint(port, certificate.PemFile), Cancelled);
        using (await listener.AcceptSocketAsync(Cancelled))
        {
            await node.WaitAsync(
                () => node.Tls.Any(t => !known.Contains(t.ProcessId)), $"probes for the client of {cell.Name}");
        }

        listener.Stop();
        await asked.ContinueWith(_ => { }, TaskScheduler.Default); // it failed, as its connection was closed
    }

    private async Task<List<Row>> WaitForRequestsAsync(Endpoint endpoint, long sinceNs)
    {
        List<Row> rows = [];
        await UntilAsync(
            () => MissingRequests(rows = Rows(endpoint, sinceNs)).Count == 0,
            () => $"rows in plain text; missing: {string.Join(" | ", MissingRequests(rows))}\n"
                + string.Join('\n', Texts(rows)));
        return rows;
    }

    private List<string> MissingRequests(List<Row> rows) =>
        [.. cell.Load.Shown.Where(r => !rows.Exists(row => row.Text.Contains(r, Ordinal)))];

    /// <summary>The target's rows of a connection to a server.</summary>
    private List<Row> Rows(Endpoint endpoint, long sinceNs, long beforeNs = long.MaxValue)
    {
        var (secure, role) = (endpoint.IsSecure ? "true" : "false", $"{cell.TraceRole}");
        var port = $"{endpoint.Port}";
        return
        [
            .. TableText.Read(node.Runtime.Tables, cell.Load.Table, [.. CommonColumns, .. cell.Load.Columns])
                .Select(line => line.Split(' ', CommonColumns.Length + 1))
                .Where(c => c[cell.TraceRole == 2 ? 2 : 3] == port && c[4] == role && c[5] == secure)
                .Select(c => new Row(
                    long.Parse(c[0], CultureInfo.InvariantCulture), c[1], c[^1].Replace(port, "PORT", Ordinal)))
                .Where(row => row.TimeNs >= sinceNs && row.TimeNs < beforeNs && cell.Load.IsCompared(row.Text)),
        ];
    }

    private static string[] Texts(List<Row> rows) => [.. rows.Select(row => row.Text).Order(StringComparer.Ordinal)];

    /// <summary>conn_stats tells of the rows' process and peer whether TLS was seen.</summary>
    private async Task CheckConnectionsAsync(Endpoint endpoint, List<Row> rows)
    {
        var processes = rows.Select(row => row.Process).ToHashSet();
        var port = cell.TraceRole == 2 ? "0" : $"{endpoint.Port}"; // of a server's peers it tells none
        List<bool> Secure() =>
        [
            .. TableText.Read(node.Runtime.Tables, "conn_stats", "upid", "remote_port", "trace_role", "ssl")
                .Select(line => line.Split(' '))
                .Where(c => processes.Contains(c[0]) && c[1] == port && c[2] == $"{cell.TraceRole}")
                .Select(c => c[3] == "true"),
        ];
        await UntilAsync(
            () => Secure() is [.., var last] && last == endpoint.IsSecure,
            () => $"conn_stats with ssl = {endpoint.IsSecure} of {string.Join(' ', processes)}, peer {port}");
    }

    /// <summary>Calls of all traced processes whose plaintext is lost.</summary>
    private long Unlinked() =>
        node.Runtime.GetStatus().Counters
            .Where(c => c.Name.Contains("unknown connection", Ordinal))
            .Sum(c => c.PerCpu.Sum());

    private bool HasHandshake(int port) =>
        TableText.Read(node.Runtime.Tables, "tls_events", "local_port", "remote_port", "trace_role")
            .Select(line => line.Split(' '))
            .Any(c => c[cell.TraceRole == 2 ? 0 : 1] == $"{port}" && c[2] == $"{cell.TraceRole}");

    private static Task UntilAsync(Func<bool> condition, Func<string> what) =>
        Poll.UntilAsync(() => Task.FromResult(condition()), RowsDeadline, what, Cancelled);

    private static string Difference(string[] plain, string[] secure)
    {
        var same = plain.Zip(secure).TakeWhile(pair => pair.First == pair.Second).Count();
        var (left, right) = (plain.ElementAtOrDefault(same) ?? "(none)", secure.ElementAtOrDefault(same) ?? "(none)");
        var at = left.AsSpan().CommonPrefixLength(right);
        return $"{plain.Length} rows in plain text, {secure.Length} over TLS, sorted; the first {same} are equal, "
            + $"then, at character {at} of {left.Length} and {right.Length},\n"
            + $"plain {Around(left, at)}\nTLS   {Around(right, at)}\nall over TLS:\n"
            + string.Join('\n', secure.Select(row => $"{Around(row, 0)} … {row[^Math.Min(row.Length, 40)..]}"));
    }

    private static string Around(string row, int at)
    {
        const int Shown = 100; // characters before, and from there on
        var start = Math.Max(0, at - Shown);
        return row[start..Math.Min(row.Length, at + Shown)];
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;

    private sealed record Row(long TimeNs, string Process, string Text);
}
