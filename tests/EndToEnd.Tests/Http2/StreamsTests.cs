using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Http2;

namespace PixieOrleans.EndToEnd.Tests.Http2;

/// <summary>Rows of HTTP/2 without TLS against what servers and load generators know.</summary>
[Collection(SiloCollection.Name)]
public sealed class StreamsTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfH2load_HaveTheHeadersThatTheServerLogged()
    {
        const int Requests = 200;
        var h2load = Programs.Require("h2load", "nghttp2-client");
        await using var server = await Http2Servers.NghttpdAsync(Cancel);
        server.Folder.Write("index.html", "hi\n");
        server.Folder.Write("large", new string('x', 40_000));
        var body = server.Folder.Write("body", new string('b', 5_000));
        var address = $"http://127.0.0.1:{server.Port}";

        var got = await ChildProcess.RunAsync(
            h2load,
            [$"-n{Requests}", "-c2", "-m10", "-Hx-same: 1", $"{address}/index.html", $"{address}/large",
                $"{address}/none?x=1"],
            Cancel);
        await ChildProcess.RunAsync(h2load, ["-n10", "-c1", $"-d{body}", $"{address}/index.html"], Cancel);

        var log = await NghttpdLog.WaitAsync(server.Folder.File("nghttpd.log"), Requests + 10, Cancel);
        var rows = await new TableReader(fixture.Silo.Client, "http_events")
            .WaitAsync(server.Port, Requests + 10, null, Cancel);
        Assert.Contains($"{Requests} done", got, StringComparison.Ordinal);
        Assert.Equal(
            log.Select(stream => Text(
                stream.RequestHeaders, stream.ResponseHeaders, stream.RequestBytes, stream.ResponseBytes)).Order(),
            rows.Select(row => Text(
                Fields(row, "req_headers"),
                Fields(row, "resp_headers"),
                row.Number("req_body_size"),
                row.Number("resp_body_size"))).Order());
        Assert.All(rows, row => Assert.Equal(Named(row, ":path"), row.Text("req_path")));
        Assert.All(rows, row => Assert.Equal(Named(row, ":status"), $"{row.Number("resp_status")}"));
    }

    [Fact]
    public async Task Rows_OfPriorKnowledgeAndUpgrade_EqualTheLog()
    {
        await using var server = await HttpServers.ApacheAsync(Cancel, http2: true);
        var curl = Programs.Require("curl", "curl");
        var nghttp = Programs.Require("nghttp", "nghttp2-client");
        using var folder = new TempFolder();
        var body = folder.Write("body", new string('p', 3000));

        for (var i = 0; i < 5; i++)
        {
            var address = server.Address;
            string[][] commands =
            [
                [curl, "-s", "--http2-prior-knowledge", $"{address}known?r={i}"],
                [curl, "-sI", "--http2-prior-knowledge", $"{address}files/none?r={i}"],
                [curl, "-s", "--http2", $"{address}upgraded?r={i}"], // logged as 101 and as 200
                [nghttp, "-n", $"{address}one?r={i}", $"{address}two?r={i}"],
                [nghttp, "-n", "-d", body, $"{address}post?r={i}"],
                [nghttp, "-nu", $"{address}upgraded-too?r={i}"], // likewise
            ];
            foreach (var command in commands)
            {
                await ChildProcess.RunAsync(command[0], command[1..], Cancel);
            }
        }

        var log = await server.Log.WaitAsync(45, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, log.Count, Cancel);
        AssertRows.EqualLog(log, rows);
        Assert.Equal(10, rows.Count(row => row.Status == 101));
    }

    private static string Text(
        IEnumerable<string> requestHeaders,
        IEnumerable<string> responseHeaders,
        long requestBytes,
        long responseBytes) =>
        $"{string.Join('|', requestHeaders)} {requestBytes} => {string.Join('|', responseHeaders)} {responseBytes}";

    private static IEnumerable<string> Fields(EventRow row, string column) =>
        row.Json(column).EnumerateObject().Select(field => $"{field.Name}: {field.Value.GetString()}");

    private static string? Named(EventRow row, string name) =>
        row.Json(name == ":status" ? "resp_headers" : "req_headers").GetProperty(name).GetString();
}
