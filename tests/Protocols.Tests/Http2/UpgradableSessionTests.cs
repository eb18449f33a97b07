using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Protocols.Tests.Http2;

public sealed class UpgradableSessionTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void OnData_UpgradeAsRecorded_GoesOnAsHttp2(int chunk)
    {
        using var http = new SessionHarness(new HttpProtocol(new HttpOptions(), new FramingOptions()), Role.None);
        var bytes = 0L;

        foreach (var (direction, recorded) in Assert.Single(Recording.Read("http2/apache-upgrade")))
        {
            foreach (var piece in Fragments.InChunks(recorded, chunk))
            {
                http.Send(direction, piece.Bytes, 1000);
                bytes += piece.Bytes.Length;
            }
        }

        http.Close();
        Assert.Equal(
            [
                "1 GET /index.html 0 -> 101 0",
                "2 GET /index.html 0 -> 200 2414",
                "2 GET /data.json 0 -> -1 0", // the recording ends before the answer
            ],
            http.Rows.Select(row => $"{row.Int("major_version")} {row.Summary}"));
        Assert.Equal((bytes, 0, 0), (
            http.Counters.PayloadBytes, http.Counters.DroppedBytes, http.Session.RetainedBytes));
    }

    [Fact]
    public void OnData_UpgradeToAnotherProtocol_EndsTheStream()
    {
        using var http = new SessionHarness(new HttpProtocol(new HttpOptions(), new FramingOptions()));

        http.Request("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"u8);
        http.Response("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x02hi"u8);

        Assert.Equal(SessionState.EndOfStream, http.Session.State);
        Assert.Equal("GET /chat 0 -> 101 0", http.Row.Summary);
    }
}
