using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Grpc;

namespace PixieOrleans.EndToEnd.Tests.Grpc;

/// <summary>A silo that starts when a connection has long been in use, with header fields in tables.</summary>
public sealed class JoinedLaterTests
{
    private const string Unknown = "[UNKNOWN]";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("python", "go")]
    [InlineData("go", "python")]
    public async Task Rows_OfAConnectionJoinedLater_MarkWhatCannotBeKnown(string serverKind, string clientKind)
    {
        await using var server = await GrpcPeers.ServeAsync(serverKind, Cancel);
        await using var client = await GrpcPeers.StartLinesAsync(clientKind, server, Cancel);
        await client.WriteLineAsync("early", Cancel);
        await CallLog.WaitAsync(server.Folder.File("client.log"), 1, Cancel);
        await using var silo = await SiloProcess.StartAsync([], Cancel);

        for (var i = 1; i <= 3; i++)
        {
            await client.WriteLineAsync($"late {i}", Cancel);
        }

        var calls = await CallLog.WaitAsync(server.Folder.File("client.log"), 4, Cancel);
        var rows = await new TableReader(silo.Client, "http_events").WaitAsync(server.Port, 3, null, Cancel);
        Assert.All(calls.Values, call => Assert.Equal(0, call.Status));
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.Contains(row.Text("req_path"), (string[])["/testkit.Calls/Unary", Unknown]));
        Assert.All(rows, row => AssertTrueOrMarked(row, "req_headers", server.Port));
        Assert.All(rows, row => AssertTrueOrMarked(row, "resp_headers", server.Port));
        Assert.Contains(rows, row => row.Text("req_headers").Contains(Unknown, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.InRange(row.Number("req_body_size"), 13, 13)); // prefix, "late N" as a field
    }

    // Fields of these names have one true value each on this connection; the others differ from call to call.
    private static void AssertTrueOrMarked(EventRow row, string column, int port)
    {
        var known = new Dictionary<string, string>
        {
            [":method"] = "POST",
            [":scheme"] = "http",
            [":path"] = "/testkit.Calls/Unary",
            [":authority"] = $"127.0.0.1:{port}",
            [":status"] = "200",
            ["content-type"] = "application/grpc",
            ["te"] = "trailers",
            ["grpc-status"] = "0",
        };
        foreach (var field in row.Json(column).EnumerateObject())
        {
            if (field.Value.GetString() != Unknown && known.TryGetValue(field.Name, out var value))
            {
                Assert.Equal(value, field.Value.GetString());
            }
        }
    }
}
