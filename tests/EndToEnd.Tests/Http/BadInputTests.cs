using System.Net;
using System.Net.Sockets;
using System.Text;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Http;

/// <summary>Traffic that is not what it should be costs its own connection at most, never its neighbours.</summary>
[Collection(SiloCollection.Name)]
public sealed class BadInputTests(SiloFixture fixture)
{
    private const int Neighbours = 50;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("garbage")]
    [InlineData("garbage after a request")]
    [InlineData("half a request")]
    [InlineData("header bomb")]
    [InlineData("peer that dies within a response")]
    public async Task BadConnections_BesideGoodOnes_LeaveTheirRowsAlone(string kind)
    {
        await using var server = await HttpServers.NginxAsync(Cancel);
        using var client = new HttpClient { BaseAddress = server.Address };
        await using (var large = File.Create(Path.Combine(server.Root, "large")))
        {
            large.SetLength(64 << 20);
        }

        for (var i = 0; i < Neighbours; i++)
        {
            await MisbehaveAsync(server.Port, kind, i);
            await client.GetAsync($"/ok?r={i}", Cancel);
        }

        AccessLogRow[] log = [];
        await Poll.UntilAsync(
            () => Task.FromResult((log = [.. server.Log.Read().Where(line => IsGood(line.Path))]).Length >= Neighbours),
            TimeSpan.FromSeconds(10),
            () => $"{Neighbours} good lines in the log, which has {log.Length}", // the bad ones may be logged too
            Cancel);
        await fixture.HttpEvents.WaitAsync(server, Neighbours, Cancel);
        var (rows, _) = await WaitForGoodRowsAsync(server);
        AssertRows.EqualLog(log, [.. rows.Where(row => IsGood(row.Path))]);
        Assert.DoesNotContain(rows, row => row.Path == "/half");
        Assert.True(await fixture.Silo.Client.IsReadyAsync(Cancel));
    }

    [Fact]
    public async Task BadConnections_OfAllKinds_AreCounted()
    {
        await using var server = await HttpServers.NginxAsync(Cancel);
        var before = await LossesAsync(server);

        for (var i = 0; i < Neighbours; i++)
        {
            await MisbehaveAsync(server.Port, "garbage", i);
            await MisbehaveAsync(server.Port, "garbage after a request", i);
        }

        var after = before;
        await Poll.UntilAsync(
            async () => (after = await LossesAsync(server)) > before,
            TimeSpan.FromSeconds(15),
            () => $"more losses than {before}; there are {after}",
            Cancel);
    }

    private static bool IsGood(string path) => path.StartsWith("/ok", StringComparison.Ordinal);

    private async Task<long> LossesAsync(HttpServer server)
    {
        var (_, answer) = await fixture.HttpEvents.ReadAsync(server, Cancel);
        return answer.LostEvents;
    }

    private async Task<(IReadOnlyList<HttpRow> Rows, Answer Answer)> WaitForGoodRowsAsync(HttpServer server)
    {
        var good = 0;
        await Poll.UntilAsync(
            async () =>
            {
                var (rows, _) = await fixture.HttpEvents.ReadAsync(server, Cancel);
                good = rows.Count(row => IsGood(row.Path));
                return good >= Neighbours;
            },
            TimeSpan.FromSeconds(10),
            () => $"{Neighbours} rows of good connections; there are {good}",
            Cancel);
        return await fixture.HttpEvents.ReadAsync(server, Cancel);
    }

    private static async Task MisbehaveAsync(int port, string kind, int seed)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, Cancel);
        switch (kind)
        {
            case "garbage":
                await socket.SendAsync(Garbage(seed), Cancel);
                break;
            case "garbage after a request":
                await socket.SendAsync("GET /before HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
                await socket.ReceiveAsync(new byte[4096], Cancel);
                await socket.SendAsync(Garbage(seed), Cancel);
                break;
            case "half a request":
                await socket.SendAsync("GET /half HTTP/1.1\r\nHos"u8.ToArray(), Cancel);
                break;
            case "header bomb":
                await socket.SendAsync(HeaderBomb(), Cancel);
                break;
            default:
                socket.LingerState = new LingerOption(true, 0); // close with a reset
                await socket.SendAsync("GET /files/large HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), Cancel);
                await socket.ReceiveAsync(new byte[100], Cancel);
                break;
        }
    }

    private static byte[] Garbage(int seed)
    {
        var bytes = new byte[2000];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static byte[] HeaderBomb()
    {
        var request = new StringBuilder("GET /bomb HTTP/1.1\r\nHost: x\r\n");
        for (var i = 0; i < 200; i++)
        {
            request.Append($"X-{i}: {new string('b', 1000)}\r\n");
        }

        return Encoding.ASCII.GetBytes(request.Append("\r\n").ToString());
    }
}
