using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mux;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Mux;

[Collection(AllocationCollection.Name)]
public sealed class MuxSessionTests
{
    private const ulong Second = 1_000_000_000;

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedByTag()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));

        mux.Request(Frame(MuxType.Tdispatch, 1, 10), 1000).Request(Frame(MuxType.Tping, 2), 1500);
        mux.Response(Frame(MuxType.Rping, 2), 1600).Response(Frame(MuxType.Rdispatch, 1, 5), 3000);

        Assert.Equal(["65 100", "2 2000"], mux.Rows.Select(Summary));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (Frame(MuxType.Tdispatch, 7, 20), Frame(MuxType.Rdispatch, 7, 9));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));

                Array.ForEach(requestCut, piece => mux.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => mux.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal("2 1000", Summary(mux.Row));
            }
        }
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheRequest()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()), Role.None);

        mux.Request(Frame(MuxType.Tdispatch, 1)).Response(Frame(MuxType.Rdispatch, 1));

        Assert.Equal((long)Role.Server, mux.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_GapInsideALongFrame_CostsNothing()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions { FrameBytes = 256 }));
        var request = Frame(MuxType.Tdispatch, 1, 5000);

        mux.Request(request.AsSpan(0, 300), 1000).Miss(Direction.Ingress, 4000).Request(request.AsSpan(4300), 1100);
        mux.Response(Frame(MuxType.Rdispatch, 1), 2000);

        Assert.Equal("2 900", Summary(mux.Row));
        Assert.Equal((1, 4000, 0), (mux.Counters.Gaps, mux.Counters.GapBytes, mux.Counters.Resynchronisations));
    }

    [Fact]
    public void OnTick_GapAtTheEndOfAFrame_KeepsItsBeginning()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));
        var request = Frame(MuxType.Tdispatch, 1, 100);

        mux.Request(request.AsSpan(0, 50), 1000).Miss(Direction.Ingress, (ulong)request.Length - 50);
        mux.Request(Frame(MuxType.Tping, 2), 1100).Tick((long)(2 * Second));
        mux.Response(Frame(MuxType.Rdispatch, 1), (long)(2 * Second)).Response(Frame(MuxType.Rping, 2));

        Assert.Equal([2, 65], mux.Rows.Select(row => row.Int("req_type")));
        Assert.Equal((long)request.Length - 50, mux.Counters.GapBytes);
    }

    [Fact]
    public void OnTick_GapOverFrameBeginnings_GoesOnWithTheNextFrame()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));

        mux.Request(Frame(MuxType.Tdispatch, 1), 1000).Miss(Direction.Ingress, 77);
        mux.Request(Frame(MuxType.Tping, 2), 1100);
        mux.Tick((long)(2 * Second)).Response(Frame(MuxType.Rping, 2), (long)(2 * Second)).Close();

        Assert.Equal([65, 2], mux.Rows.Select(row => row.Int("req_type")));
        Assert.Equal((1, 1), (mux.Counters.RequestsWithoutResponse, mux.Counters.Resynchronisations));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAFrame()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()), midstream: true);

        mux.Request("the rest of something"u8, 900).Request(Frame(MuxType.Tping, 2), 1000);
        mux.Response(Frame(MuxType.Rping, 2), 1500);

        Assert.Equal("65 500", Summary(mux.Row));
    }

    [Fact]
    public void OnData_BytesThatAreNotMux_EndInFailure()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));

        for (var i = 0; i < 20; i++)
        {
            mux.Request("GET / HTTP/1.1\r\n\r\n"u8);
            mux.Request(Frame(MuxType.Tping, 1).AsSpan(0, 8)).Request("\0\0\0\x01\x7f..."u8);
        }

        Assert.Equal(SessionState.Failed, mux.Session.State);
        Assert.Equal(1, mux.Counters.FailedSessions);
    }

    [Fact]
    public void OnTick_RequestWithoutAnswer_BecomesARow()
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));

        mux.Request(Frame(MuxType.Tdispatch, 1), 1000).Tick((long)(61 * Second));

        Assert.Equal("2 0", Summary(mux.Row));
        Assert.Equal(1, mux.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MuxProtocol(new FramingOptions()), rows: 1,
        SteadyTraffic.Exchanges((Frame(MuxType.Tdispatch, 3, 50), Frame(MuxType.Rdispatch, 3, 50))));

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("mux", 8, Difference);

    private static string? Difference(JsonElement item) =>
        item.GetProperty("kind").GetString() == "parse" ? ParseDifference(item) : StitchDifference(item);

    private static string? ParseDifference(JsonElement item)
    {
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var head = MuxFrame.ReadHead(bytes);
        var expected = ByteCases.Check(item, "result")?.GetProperty("enum").GetString();
        var actual = head.Status == ParseStatus.Invalid ? "kInvalid"
            : head.Status == ParseStatus.NeedMoreData || head.Length > (ulong)bytes.Length ? "kNeedsMoreData"
            : "kSuccess";
        if (actual != expected)
        {
            return $"{actual}, not {expected}";
        }

        var frame = actual == "kSuccess" ? MuxFrame.Parse(bytes) : default;
        return ByteCases.Check(item, "frame.tag") is { } tag && tag.GetInt32() != frame.Tag ? $"tag {frame.Tag}"
            : ByteCases.Check(item, "frame.type") is { } type && type.GetProperty("value").GetInt32() != (int)frame.Type
                ? $"type {frame.Type}"
                : null;
    }

    // Frames in the order of their times, as a traced server sees them; only the number of records and their types are
    // compared: a row has no type of the answer.
    private static string? StitchDifference(JsonElement item)
    {
        using var mux = new SessionHarness(new MuxProtocol(new FramingOptions()));
        var frames = Frames(item, "requests", Direction.Ingress).Concat(Frames(item, "responses", Direction.Egress));
        foreach (var (direction, timeNs, bytes) in frames.OrderBy(frame => frame.TimeNs))
        {
            mux.Send(direction, bytes, timeNs);
        }

        var records = ByteCases.Check(item, "records.size")?.GetInt32();
        return records != mux.Rows.Count ? $"{mux.Rows.Count} rows, not {records}" : null;
    }

    private static IEnumerable<(Direction Direction, long TimeNs, byte[] Bytes)> Frames(
        JsonElement item, string name, Direction direction) =>
        item.GetProperty(name).EnumerateArray().Select(frame => (
            direction,
            frame.GetProperty("timestamp_ns").GetInt64(),
            Frame(
                (MuxType)frame.GetProperty("type").GetProperty("value").GetInt32(),
                frame.GetProperty("tag").GetInt32())));

    private static byte[] Frame(MuxType type, int tag, int body = 0) =>
    [
        0, 0, (byte)((body + 4) >> 8), (byte)(body + 4),
        (byte)(sbyte)type, (byte)(tag >> 16), (byte)(tag >> 8), (byte)tag,
        .. new byte[body],
    ];

    private static string Summary(RecordedRow row) => $"{row.Int("req_type")} {row.Int("latency")}";
}
