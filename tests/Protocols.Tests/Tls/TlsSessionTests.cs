using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Tls;

namespace PixieOrleans.Protocols.Tests.Tls;

public sealed class TlsSessionTests
{
    private const long Second = 1_000_000_000;

    // The example of FoxIO's description of JA4: a Chrome, with values of RFC 8701 in all lists.
    private static readonly string[] ChromeCiphers =
    [
        "1a1a", "1301", "1302", "1303", "c02b", "c02f", "c02c", "c030", "cca9", "cca8", "c013", "c014", "009c", "009d",
        "002f", "0035",
    ];

    private static readonly string[] ChromeExtensions =
    [
        "2a2a0000", "001b0000", "00000000", "00330000", "001000050003026832", "44690000", "00170000", "002d0000",
        "000d0012001004030804040105030805050108060601", "00050000", "00230000", "00120000", "002b0007063a3a03040303",
        "ff010000", "000b0000", "000a0000", "00150000",
    ];

    [Fact]
    public void Ja4_OfThePublishedExample_IsThePublishedOne()
    {
        using var tls = Tls();

        tls.Request(Record(Client(ChromeCiphers, ChromeExtensions))).Close();

        Assert.Equal("t13d1516h2_8daaf6152771_e5627efa2ab1", tls.Row.Text("ja4"));
    }

    [Fact]
    public void OnData_ServerAsksAgain_IsOneHandshake()
    {
        using var tls = Tls();
        var retry = Server();
        Convert.FromHexString("CF21AD74E59A6111BE1D8C021E65B891C2A211167ABB8C5E079E09E2C8A8339C").CopyTo(retry, 6);

        tls.Request(Record(Client(["1301"], [])), 1000).Response(Record(retry), 1100);
        tls.Request(Record(Client(["1302"], [])), 1200).Response(Record(Server()), 1500);

        Assert.Equal(500, tls.Row.Int("latency"));
        Assert.Contains("\"ciphers\":\"1301\"", tls.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_HelloOverTwoRecords_IsPutTogether()
    {
        using var tls = Tls();
        var hello = Client(["1301"], []);

        tls.Request(Record(hello[..20]), 1000).Request(Record(hello[20..]), 1100).Response(Record(Server()), 1500);

        Assert.Equal((400, 36), (tls.Row.Int("latency"), tls.Row.Text("ja4").Length));
    }

    [Fact]
    public void OnTick_HelloWithoutAnswer_BecomesARow()
    {
        using var tls = Tls();

        tls.Request(Record(Client(["1301"], [])), 1000).Tick(61 * Second);

        Assert.Equal((0, ""), (tls.Row.Int("latency"), tls.Row.Text("resp_body")));
        Assert.Equal(1, tls.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_GapInsideAHello_KeepsNoFingerprint()
    {
        using var tls = Tls();
        var hello = Record(Client(["1301", "1302"], ChromeExtensions));

        tls.Request(hello.AsSpan(0, 60), 1000).Miss(Direction.Ingress, (ulong)hello.Length - 60);
        tls.Request(Record([1, 1], TlsContent.Alert), 1100).Tick(2 * Second).Response(Record(Server()), 2 * Second);

        Assert.Equal("", tls.Row.Text("ja4"));
        Assert.EndsWith(",\"truncated\":true}", tls.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_AfterTheHandshake_WritesNothing()
    {
        using var tls = Tls();

        tls.Request(Record([1, 2, 3], TlsContent.ApplicationData)).Request(Record(Client(["1301"], [])));

        Assert.Empty(tls.Rows);
        Assert.Equal(SessionState.EndOfStream, tls.Session.State);
    }

    [Fact]
    public void OnData_SmallLimit_LeavesOutWhatDoesNotFit()
    {
        using var tls = new SessionHarness(new TlsProtocol(new FramingOptions { TextLimitBytes = 80 }));

        tls.Request(Record(Client(ChromeCiphers, ChromeExtensions))).Close();

        Assert.Equal(
            """{"version":"TLS 1.2","extensions":{"alpn":["h2"]},"truncated":true}""", tls.Row.Text("req_body"));
    }

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("tls", 8, Difference);

    private static string? Difference(JsonElement item)
    {
        using var tls = Tls();
        if (item.GetProperty("kind").GetString() == "stitch")
        {
            var frames = Frames(item, "requests", Direction.Ingress)
                .Concat(Frames(item, "responses", Direction.Egress));
            foreach (var (direction, timeNs, bytes) in frames.OrderBy(frame => frame.TimeNs))
            {
                tls.Send(direction, bytes, timeNs);
            }

            var records = ByteCases.Check(item, "records.size")?.GetInt32();
            return records != tls.Rows.Count ? $"{tls.Rows.Count} rows, not {records}" : null;
        }

        tls.Request(item.GetProperty("bytes").GetBytesFromBase64());
        var state = tls.Counters.InvalidFrames > 0 ? "kInvalid"
            : tls.Counters.Frames == 1 ? "kSuccess" : "kNeedsMoreData";
        var expected = ByteCases.Check(item, "result")?.GetProperty("enum").GetString();
        return state != expected ? $"{state}, not {expected}" : null;
    }

    private static IEnumerable<(Direction Direction, long TimeNs, byte[] Bytes)> Frames(
        JsonElement item, string name, Direction direction) =>
        item.GetProperty(name).EnumerateArray().Select(frame =>
        {
            var content = (TlsContent)frame.GetProperty("content_type").GetProperty("value").GetByte();
            var bytes = content != TlsContent.Handshake ? (byte[])[1]
                : direction == Direction.Ingress ? Client(["1301"], []) : Server();
            return (direction, frame.GetProperty("timestamp_ns").GetInt64(), Record(bytes, content));
        });

    private static SessionHarness Tls() => new(new TlsProtocol(new FramingOptions()));

    private static byte[] Record(byte[] content, TlsContent type = TlsContent.Handshake) =>
        [(byte)type, 3, 3, (byte)(content.Length >> 8), (byte)content.Length, .. content];

    private static byte[] Client(string[] ciphers, string[] extensions)
    {
        var suites = Convert.FromHexString(string.Concat(ciphers));
        var rest = Convert.FromHexString(string.Concat(extensions));
        return Message(1, [
            3, 3, .. new byte[32], 0, (byte)(suites.Length >> 8), (byte)suites.Length, .. suites, 1, 0,
            (byte)(rest.Length >> 8), (byte)rest.Length, .. rest,
        ]);
    }

    private static byte[] Server() => Message(2, [3, 3, .. new byte[32], 0, 0x13, 1, 0, 0, 0]);

    private static byte[] Message(byte type, byte[] body) =>
        [type, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];
}
