using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Amqp;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Amqp;

[Collection(AllocationCollection.Name)]
public sealed class AmqpSessionTests
{
    private const long Second = 1_000_000_000;

    // queue.declare of "q" and its answer, on channel 1.
    private static readonly byte[] Declare = Method(1, 50, 10, [0, 0, 1, (byte)'q', 2, 0, 0, 0, 0]);
    private static readonly byte[] DeclareOk = Method(1, 50, 11, [1, (byte)'q', 0, 0, 0, 3, 0, 0, 0, 0]);

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        foreach (var requestCut in Fragments.AtEveryByte([.. "AMQP\0\0\x09\x01"u8, .. Declare]))
        {
            foreach (var responseCut in Fragments.AtEveryByte(DeclareOk))
            {
                using var amqp = New();

                Array.ForEach(requestCut, piece => amqp.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => amqp.SendFragment(Direction.Egress, piece, 2500));

                Assert.Equal(
                    "50.10 50.11 1500 {\"ticket\":0,\"queue\":\"q\",\"passive\":false,\"durable\":true,"
                    + "\"exclusive\":false,\"auto_delete\":false,\"no_wait\":false,\"arguments\":{}} "
                    + "{\"queue\":\"q\",\"message_count\":3,\"consumer_count\":0}",
                    Summary(amqp.Row));
            }
        }
    }

    [Fact]
    public void OnData_ChannelsOutOfOrder_ArePairedByChannel()
    {
        using var amqp = New();
        var (other, otherOk) = ((byte[])[.. Declare], (byte[])[.. DeclareOk]);
        (other[2], otherOk[2]) = (2, 2);

        amqp.Request([.. Declare, .. other], 1000).Response(otherOk, 2000).Response(DeclareOk, 4000);

        Assert.Equal(
            [(2L, 1000L), (1L, 3000L)], amqp.Rows.Select(row => (row.Int("channel"), row.Int("latency"))));
    }

    [Fact]
    public void OnData_MethodThatWantsNoAnswer_IsARowAtOnce()
    {
        using var amqp = New();

        amqp.Request(Method(1, 60, 30, [1, (byte)'t', 1]), 1000);

        Assert.Equal("60.30 0.0 0 {\"consumer_tag\":\"t\",\"no_wait\":true} ", Summary(amqp.Row));
        Assert.Equal(0, amqp.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheMethod()
    {
        using var amqp = new SessionHarness(new AmqpProtocol(new FramingOptions()), Role.None, midstream: true);

        amqp.Response(DeclareOk).Request(Declare);

        Assert.Equal(Role.Server, amqp.Context.Role);
        Assert.Equal(1, amqp.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAFrame()
    {
        using var amqp = new SessionHarness(new AmqpProtocol(new FramingOptions()), midstream: true);

        amqp.Request([1, 2, 3, 0xce, .. Declare], 1000).Response([1, 0xce, .. DeclareOk], 2000);

        Assert.StartsWith("50.10 50.11 1000 ", Summary(amqp.Row), StringComparison.Ordinal);
    }

    [Fact]
    public void OnTick_LostAnswers_GiveNoWrongPairs()
    {
        using var amqp = New();

        amqp.Request(Declare, 1000).Miss(Direction.Egress, (ulong)DeclareOk.Length).Request(Declare, 2000);
        amqp.Response(DeclareOk, 3000).Tick(2 * Second).Tick(4 * Second);

        Assert.Equal(["50.10 0.0 0", "50.10 0.0 0"], amqp.Rows.Select(row => Summary(row)[..11]));
        Assert.Equal((2, 1), (amqp.Counters.RequestsWithoutResponse, amqp.Counters.ResponsesWithoutRequest));
    }

    [Theory]
    [InlineData(new byte[] { 4, 0, 0 }, "type 4")]
    [InlineData(new byte[] { 1, 0, 1, 0, 0, 0, 3 }, "a method without its numbers")]
    [InlineData(new byte[] { 3, 0, 1, 0x7f, 0, 0, 0 }, "2 GB")]
    [InlineData(new byte[] { 8, 0, 0, 0, 0, 0, 0, 0 }, "no frame end")]
    [InlineData(new byte[] { (byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 1, 0, 0 }, "AMQP 1.0")]
    public void ReadHead_BytesThatAreNoFrame_IsInvalid(byte[] data, string why) =>
        Assert.True(AmqpFrame.ReadHead(data).Status == ParseStatus.Invalid, why);

    [Fact]
    public void OnData_TablesWithinTables_AreBounded()
    {
        using var amqp = New();
        var table = Array.Empty<byte>();
        for (var depth = 0; depth < 30; depth++)
        {
            table = [1, (byte)'t', (byte)'F', 0, 0, (byte)(table.Length >> 8), (byte)table.Length, .. table];
        }

        amqp.Request(Method(
            1, 50, 10, [0, 0, 1, (byte)'q', 16, 0, 0, (byte)(table.Length >> 8), (byte)table.Length, .. table]));

        Assert.EndsWith(":null}}}}}}}},\"truncated\":true}", amqp.Row.Text("req_msg"));
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new AmqpProtocol(new FramingOptions()), rows: 1, SteadyTraffic.Exchanges((Declare, DeclareOk)),
        SteadyTraffic.Exchanges(("AMQP\0\0\x09\x01"u8.ToArray(), [])));

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("amqp", 5, item =>
        item.GetProperty("kind").GetString() == "parse" ? ParseDifference(item) : StitchDifference(item));

    private static string? ParseDifference(JsonElement item)
    {
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var head = AmqpFrame.ReadHead(bytes);
        var actual = head.Status == ParseStatus.Invalid ? "kInvalid"
            : head.Length > (ulong)bytes.Length ? "kNeedsMoreData" : "kSuccess";
        var expected = ByteCases.Check(item, "result")!.Value.GetProperty("enum").GetString();
        return actual == expected ? null : $"{actual}, not {expected}";
    }

    // The order between both sides is not told: the server's first question, then the client's frames, then the rest.
    private static string? StitchDifference(JsonElement item)
    {
        using var amqp = New();
        var responses = item.GetProperty("responses").EnumerateArray().ToList();
        responses.Take(1).ToList().ForEach(frame => amqp.Response(Bytes(frame)));
        item.GetProperty("requests").EnumerateArray().ToList().ForEach(frame => amqp.Request(Bytes(frame)));
        responses.Skip(1).ToList().ForEach(frame => amqp.Response(Bytes(frame)));
        var expected = ByteCases.Check(item, "records.size")!.Value.GetInt32();
        return amqp.Rows.Count == expected ? null : $"{amqp.Rows.Count} rows, not {expected}";
    }

    private static byte[] Bytes(JsonElement frame)
    {
        var bytes = frame.GetProperty("bytes").GetProperty("base64").GetBytesFromBase64();
        bytes[2] = frame.GetProperty("channel_override").GetByte();
        return bytes;
    }

    private static byte[] Method(byte channel, byte classId, byte methodId, byte[] fields)
    {
        var size = fields.Length + 4;
        return [1, 0, channel, 0, 0, (byte)(size >> 8), (byte)size, 0, classId, 0, methodId, .. fields, 0xce];
    }

    private static SessionHarness New() => new(new AmqpProtocol(new FramingOptions()));

    private static string Summary(RecordedRow row) =>
        $"{row.Int("req_class_id")}.{row.Int("req_method_id")} {row.Int("resp_class_id")}.{row.Int("resp_method_id")} "
        + $"{row.Int("latency")} {row.Text("req_msg")} {row.Text("resp_msg")}";
}
