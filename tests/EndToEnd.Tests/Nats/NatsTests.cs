using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Nats;

/// <summary>Rows of NATS against the counts of server and client.</summary>
[Collection(SiloCollection.Name)]
public sealed class NatsTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(100)]
    [InlineData(5000)] // the server sends thousands in one call
    public async Task Rows_OfTheGoClient_EqualTheCountsOfBothEnds(int messages)
    {
        var program = await GoProgram.Nats.BuildAsync(Cancel);
        await using var server = await NatsServer.StartAsync(Cancel);

        var printed = await ChildProcess.RunAsync(program, [$"{server.Port}", $"{messages}"], Cancel);

        var client = JsonDocument.Parse(printed).RootElement;
        var total = await server.CountAsync(Cancel);
        var rows = await WaitAsync(server, total);
        Assert.Equal(client.GetProperty("sent").GetInt64(), rows.Count(row => row.Text("cmd") == "PUB"));
        Assert.Equal(client.GetProperty("received").GetInt64(), rows.Count(row => row.Text("cmd") == "MSG"));
        var counts = await server.CountConnectionsAsync(Cancel);
        Assert.Equal(counts.OrderBy(count => count.Port), Counts(rows).OrderBy(count => count.Port));
        Assert.Equal(
            Enumerable.Range(0, messages).Select(i => $"order {i}"),
            rows.Where(row => row.Text("cmd") == "PUB").Select(row => row.Json("body"))
                .Where(body => body.GetProperty("subject").GetString() == "orders.new")
                .Select(body => body.GetProperty("payload").GetString()));
        Assert.Equal(["orders.*", "orders.>", "orders.new", "orders.new", "time"], Subjects(rows));
        Assert.Equal(2, rows.Count(row => row.Text("cmd") == "CONNECT"));
        Assert.Equal(counts.Count, rows.Count(row => row.Text("cmd") == "INFO")); // one by who waited for the server
    }

    [Fact]
    public async Task Rows_OfAVerboseClient_HaveTheAnswersThatItGot()
    {
        await using var server = await NatsServer.StartAsync(Cancel);
        using var client = await TextPeer.ConnectAsync(server.Port, Cancel);

        await client.SendAsync(
            "CONNECT {\"verbose\":true,\"pedantic\":true,\"headers\":true,\"user\":\"u\",\"pass\":\"hush-hush\"}\r\n"
            + "SUB a.* 1\r\nPUB a.b 5\r\nhello\r\n",
            Cancel);
        await client.SendAsync("HPUB a.c reply.to 21 26\r\nNATS/1.0\r\nName: x\r\n\r\nworld\r\n", Cancel);
        await client.SendAsync("PUB a..b 2\r\nno\r\nUNSUB 1\r\nPING\r\n", Cancel);
        await client.ReceiveAsync(text => text.EndsWith("PONG\r\n", StringComparison.Ordinal), Cancel);

        var total = await server.CountAsync(Cancel);
        var rows = await WaitAsync(server, total);
        Assert.Equal(1 + 1, client.Received.Split("-ERR").Length);
        Assert.Equal(1 + 6, client.Received.Split("+OK\r\n").Length); // the refused line has both
        Assert.Equal(
            ["CONNECT OK", "SUB OK", "PUB OK", "HPUB OK", "PUB ERR", "UNSUB OK"],
            rows.Where(row => row.Text("resp").Length > 0).Select(row => $"{row.Text("cmd")} {row.Text("resp")}"));
        Assert.Equal(total.OutMessages, rows.Count(row => row.Text("cmd") is "MSG" or "HMSG"));
        Assert.Equal(total.InMessages, rows.Count(row => row.Text("cmd") is "PUB" or "HPUB"));
        var published = rows.Single(row => row.Text("cmd") == "HPUB").Json("body");
        var delivered = rows.Single(row => row.Text("cmd") == "HMSG").Json("body");
        Assert.All([published, delivered], body =>
        {
            Assert.Equal("world", body.GetProperty("payload").GetString());
            Assert.Equal(5, body.GetProperty("size").GetInt32());
            Assert.Equal("reply.to", body.GetProperty("reply_to").GetString());
            Assert.Equal("x", body.GetProperty("headers").GetProperty("Name").GetString());
        });
        Assert.DoesNotContain(rows, row => row.ToString().Contains("hush-hush", StringComparison.Ordinal));
    }

    private static bool IsMessage(EventRow row) => row.Text("cmd") is "PUB" or "HPUB" or "MSG" or "HMSG";

    private static IEnumerable<string> Subjects(IEnumerable<EventRow> rows) => rows
        .Where(row => row.Text("cmd") == "SUB")
        .Select(row => row.Json("body").GetProperty("subject").GetString()!)
        .Where(subject => !subject.StartsWith("_INBOX.", StringComparison.Ordinal)) // for answers
        .Order(StringComparer.Ordinal);

    private static IEnumerable<NatsCounts> Counts(IEnumerable<EventRow> rows) => rows
        .GroupBy(row => (int)row.Number("remote_port"))
        .Select(connection =>
        {
            var sent = connection.Where(row => row.Text("cmd") == "PUB").Select(Size).ToArray();
            var received = connection.Where(row => row.Text("cmd") == "MSG").Select(Size).ToArray();
            return new NatsCounts(connection.Key, sent.Length, sent.Sum(), received.Length, received.Sum());
        });

    private static long Size(EventRow row) => row.Json("body").GetProperty("size").GetInt64();

    private async Task<IReadOnlyList<EventRow>> WaitAsync(NatsServer server, NatsCounts total)
    {
        var events = new TableReader(fixture.Silo.Client, "nats_events.beta");
        await events.WaitAsync(server.Port, (int)(total.InMessages + total.OutMessages), IsMessage, Cancel);
        return await events.ReadAsync(server.Port, Cancel);
    }
}
