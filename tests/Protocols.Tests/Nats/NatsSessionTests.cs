using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Nats;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Nats;

[Collection(AllocationCollection.Name)]
public sealed class NatsSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        foreach (var cut in Fragments.AtEveryByte("PUB a.b 5\r\nhello\r\nPING\r\n"u8.ToArray()))
        {
            using var nats = New();

            Array.ForEach(cut, piece => nats.SendFragment(Direction.Ingress, piece, 1000));
            nats.Response("+OK\r\n"u8);

            Assert.Equal("PUB OK {\"subject\":\"a.b\",\"size\":5,\"payload\":\"hello\"}", Summary(nats.Row));
        }
    }

    [Fact]
    public void OnData_ClientThatWantsNoAnswers_HasRowsAtOnce()
    {
        using var nats = New();

        nats.Request("CONNECT {\"verbose\":false,\"user\":\"u\",\"pass\":\"secret\"}\r\nPUB a 1\r\nx\r\n"u8);

        Assert.Equal(
            [
                "CONNECT  {\"verbose\":false,\"user\":\"u\",\"pass\":\"[REMOVED]\"}",
                "PUB  {\"subject\":\"a\",\"size\":1,\"payload\":\"x\"}",
            ],
            nats.Rows.Select(Summary));
        Assert.Equal(0, nats.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_HandshakeBehindTheGreeting_EndsTheParsingAndIsLeftToTls()
    {
        using var nats = New();

        nats.Response("INFO {}\r\n"u8).Request([0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0]);

        Assert.Equal(SessionState.HandshakeBegan, nats.Session.State);
        Assert.Equal("INFO  {}", Summary(nats.Row));
        Assert.Equal((0, 9), (nats.Counters.InvalidFrames, nats.Counters.PayloadBytes));
    }

    [Theory]
    [InlineData("PUB a x\r\n")]
    [InlineData("PUB a 99999999999\r\n")]
    [InlineData("HPUB a 9 5\r\n")]
    [InlineData("MSG a 5\r\n")]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("+OK more\r\n")]
    public void ReadHead_BytesThatAreNoFrame_IsInvalid(string line) => Assert.Equal(
        ParseStatus.Invalid, NatsFrame.ReadHead(Encoding.ASCII.GetBytes(line)).Status);

    [Fact]
    public void OnData_PayloadThatIsLong_IsCutAndTheNextFrameFound()
    {
        using var nats = new SessionHarness(new NatsProtocol(new FramingOptions { FrameBytes = 256 }));
        var request = (byte[])[.. "PUB a 5000\r\n"u8, .. new string('x', 5000).Select(c => (byte)c), .. "\r\n"u8];

        nats.Request(request.AsSpan(0, 300)).Miss(Direction.Ingress, 4000).Request(request.AsSpan(4300));
        nats.Request("PUB b 0\r\n\r\n"u8).Response("+OK\r\n+OK\r\n"u8);

        Assert.EndsWith("x\",\"truncated\":true}", nats.Rows[0].Text("body"));
        Assert.Equal("PUB OK {\"subject\":\"b\",\"size\":0,\"payload\":\"\"}", Summary(nats.Rows[1]));
        Assert.Equal(4000, nats.Counters.GapBytes);
    }

    [Fact]
    public void OnTick_LostAnswers_GiveNoWrongPairsUntilAPong()
    {
        using var nats = New();

        nats.Request("PUB a 0\r\n\r\nPUB b 0\r\n\r\n"u8, 1000).Miss(Direction.Egress, 5);
        nats.Response("-ERR 'later'\r\n"u8, 2000).Tick(2 * Second).Tick(4 * Second);
        nats.Request("PUB c 0\r\n\r\nPING\r\nPUB d 0\r\n\r\n"u8, 4 * Second);
        nats.Response("+OK\r\nPONG\r\n+OK\r\n"u8, 5 * Second);

        Assert.Equal(
            ["a ", "b ", "'later' ERR", "c ", "d OK"],
            nats.Rows.Select(row => $"{row.Text("body").Split('"')[3]} {row.Text("resp")}"));
        Assert.Equal((2, 1), (nats.Counters.RequestsWithoutResponse, nats.Counters.ResponsesWithoutRequest));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithALine()
    {
        using var nats = new SessionHarness(new NatsProtocol(new FramingOptions()), Role.None, midstream: true);

        nats.Request("rest of a payload\r\nPUB a 2\r\nhi\r\n"u8).Response("+OK\r\nMSG a 1 2\r\nhi\r\n"u8);

        Assert.Equal(["PUB", "MSG"], nats.Rows.Select(row => row.Text("cmd")));
        Assert.Equal((long)Role.Server, nats.Rows[0].Int("trace_role"));
        Assert.Equal(1, nats.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnTick_LineWithoutAnswer_BecomesARow()
    {
        using var nats = New();

        nats.Request("SUB a 1\r\n"u8, 1000).Tick(61 * Second);

        Assert.Equal("SUB  {\"subject\":\"a\",\"sid\":\"1\"}", Summary(nats.Row));
        Assert.Equal((1000, 1), (nats.Row.Int("time_"), nats.Counters.RequestsWithoutResponse));
    }

    [Fact]
    public void OnData_BytesThatAreNotNats_EndInFailure()
    {
        using var nats = New();

        for (var i = 0; i < 20; i++)
        {
            nats.Request("PUB a b\r\n"u8);
        }

        Assert.Equal(SessionState.Failed, nats.Session.State);
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new NatsProtocol(new FramingOptions()), rows: 2, SteadyTraffic.Exchanges((
            "HPUB foo.b 17 22\r\nNATS/1.0\r\nA: \r\n\r\nworld\r\n"u8.ToArray(),
            "+OK\r\nMSG foo.a 1 inbox.1 11\r\nhello\r\nyou!\r\n"u8.ToArray())));

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("nats", 11, item =>
    {
        using var session = new NatsSession(New().Context, new FramingOptions());
        var found = session.FindBoundary(Direction.Ingress, item.GetProperty("bytes").GetBytesFromBase64());
        var expected = ByteCases.Check(item, "result")!.Value;
        var wanted = expected.ValueKind == JsonValueKind.Number ? expected.GetInt32() : -1;
        return found == wanted ? null : $"{found}, not {wanted}";
    });

    private static SessionHarness New() => new(new NatsProtocol(new FramingOptions()));

    private static string Summary(RecordedRow row) => $"{row.Text("cmd")} {row.Text("resp")} {row.Text("body")}";
}
