using System.Text;
using System.Text.Json;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mqtt;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Tests.Conformance;
using PixieOrleans.Protocols.Text;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Mqtt;

[Collection(AllocationCollection.Name)]
public sealed class MqttSessionTests
{
    private const long Second = 1_000_000_000;

    private static ReadOnlySpan<byte> Connect => "\x10\x0e\0\x04MQTT\x04\x02\0\x3c\0\x02id"u8;

    // Topic "a/b", identifier 7, quality 1, payload "hi".
    private static ReadOnlySpan<byte> Publish => "\x32\x09\0\u0003a/b\0\x07hi"u8;

    private static ReadOnlySpan<byte> PubAck => "\x40\x02\0\x07"u8;

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        foreach (var cut in Fragments.AtEveryByte([.. Connect, .. Publish]))
        {
            using var mqtt = New();

            Array.ForEach(cut, piece => mqtt.SendFragment(Direction.Ingress, piece, 1000));
            mqtt.Response("\x20\x02\0\0"u8, 1500).Response(PubAck, 2000);

            Assert.Equal("client PUBLISH 7 a/b 1 -> PUBACK 0", Summary(mqtt.Rows[1]));
            Assert.Equal(1000, mqtt.Rows[1].Int("latency"));
            Assert.Equal(
                "{\"dup\":false,\"retain\":false,\"size\":2,\"payload\":\"hi\"}", mqtt.Rows[1].Text("req_body"));
        }
    }

    [Fact]
    public void OnData_SameIdentifierOfBothSides_IsPairedBySender()
    {
        using var mqtt = New();

        mqtt.Request(Connect).Response("\x20\x02\0\0"u8).Request(Publish, 3000).Response(Publish, 4000);
        mqtt.Request(PubAck, 5000).Response(PubAck, 7000);

        Assert.Equal(
            ["server 1000", "client 4000"],
            mqtt.Rows.Skip(1).Select(row => $"{row.Text("sender")} {row.Int("latency")}"));
    }

    [Theory]
    [InlineData(new byte[] { 0x00, 0 }, "type 0")]
    [InlineData(new byte[] { 0x36, 5 }, "quality 3")]
    [InlineData(new byte[] { 0x80, 5 }, "SUBSCRIBE with the wrong flags")]
    [InlineData(new byte[] { 0xc0, 1 }, "PINGREQ with a body")]
    [InlineData(new byte[] { 0x30, 0xff, 0xff, 0xff, 0xff, 1 }, "length of five bytes")]
    [InlineData(new byte[] { 0x10, 0xff, 0xff, 0xff, 0x7f }, "CONNECT of 256 MiB")]
    public void ReadHead_BytesThatAreNoPacket_IsInvalid(byte[] data, string why) =>
        Assert.True(MqttPacket.ReadHead(data).Status == ParseStatus.Invalid, why);

    [Fact]
    public void OnData_BeginningNotSeen_KeepsTheTopicAndNoPayload()
    {
        using var mqtt = new SessionHarness(new MqttProtocol(new FramingOptions()), midstream: true);

        mqtt.Request("rest"u8).Request(Publish, 1000).Response(PubAck, 1500);

        Assert.Equal("client PUBLISH 7 a/b 1 -> PUBACK 0", Summary(mqtt.Row));
        Assert.Equal("{\"dup\":false,\"retain\":false}", mqtt.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_GapInALongMessage_IsCut()
    {
        using var mqtt = new SessionHarness(new MqttProtocol(new FramingOptions { FrameBytes = 256 }));
        var publish = (byte[])[0x30, 0x87, 0x27, 0, 1, (byte)'t', .. new string('x', 4996).Select(c => (byte)c)];

        mqtt.Request(Connect).Response("\x20\x02\0\0"u8);
        mqtt.Request(publish.AsSpan(0, 300)).Miss(Direction.Ingress, 4000).Request(publish.AsSpan(4300));
        mqtt.Request(new byte[] { 0xc0, 0 }).Response(new byte[] { 0xd0, 0 });

        Assert.Equal(
            ["client PUBLISH 0 t 0 ->  -1", "client PINGREQ 0  0 -> PINGRESP 0"], mqtt.Rows.Skip(1).Select(Summary));
        Assert.EndsWith("x\",\"truncated\":true}", mqtt.Rows[1].Text("req_body"));
    }

    [Fact]
    public void OnTick_PacketWithoutAnswer_BecomesARow()
    {
        using var mqtt = New();

        mqtt.Request(Connect, 1000).Tick(61 * Second);

        Assert.Equal("client CONNECT 0  0 ->  -1", Summary(mqtt.Row));
        Assert.Equal(1, mqtt.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_AnswerWithoutRequest_IsCountedAndNoRow()
    {
        using var mqtt = New();

        mqtt.Response(PubAck);

        Assert.Empty(mqtt.Rows);
        Assert.Equal(1, mqtt.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MqttProtocol(new FramingOptions()), rows: 1, SteadyTraffic.Exchanges((Publish.ToArray(), PubAck.ToArray())),
        SteadyTraffic.Exchanges((Connect.ToArray(), [])));

    [Fact]
    public void Cases_OfTheCollection_DifferOnlyWhereDocumented() => ByteCases.Run("mqtt", 20, item =>
        item.GetProperty("kind").GetString() == "parse" ? ParseDifference(item) : StitchDifference(item));

    internal static string Summary(RecordedRow row) =>
        $"{row.Text("sender")} {row.Text("req_cmd")} {row.Int("packet_id")} {row.Text("topic")} {row.Int("qos")} -> "
        + $"{row.Text("resp_cmd")} {row.Int("resp_code")}";

    // The cases are packets of version 5, all of them complete.
    private static string? ParseDifference(JsonElement item)
    {
        var bytes = item.GetProperty("bytes").GetBytesFromBase64();
        var head = MqttPacket.ReadHead(bytes);
        if (head.Status != ParseStatus.Success || head.Length != (ulong)bytes.Length)
        {
            return $"{head}";
        }

        using var mqtt = New();
        var packet = MqttPacket.Parse(bytes);
        var (topic, text) = (new CellText(1024), new CellText(1024));
        var body = new MqttBody(5, whole: true, 512);
        if (!body.Write(packet, topic, text, out var code))
        {
            return "fields do not fit";
        }

        using var fields = JsonDocument.Parse(text.Value.ToArray());
        foreach (var check in item.GetProperty("checks").EnumerateArray())
        {
            var (path, value) = (check.GetProperty("path").GetString()!, check.GetProperty("value").ToString());
            var actual = Actual(path, packet, fields.RootElement, Encoding.UTF8.GetString(topic.Value), code);
            if (actual is not null && actual != value)
            {
                return $"{path}: {actual}, not {value}";
            }
        }

        return null;
    }

    // Null for what is not kept apart.
    private static string? Actual(string path, in MqttPacket packet, JsonElement fields, string topic, int code) =>
        path switch
        {
            "frame.control_packet_type" => $"{(int)packet.Type.Kind}",
            "frame.header_fields[remaining_length]" => $"{packet.Length}",
            "frame.header_fields[packet_identifier]" => $"{packet.PacketId}",
            "frame.header_fields[reason_code]" or "frame.payload[reason_code]" => $"{code}",
            "frame.header_fields[qos]" => $"{packet.Qos}",
            "frame.header_fields[keep_alive]" => fields.GetProperty("keep_alive").ToString(),
            "frame.header_fields[clean_start]" => fields.GetProperty("clean_start").GetBoolean() ? "1" : "0",
            "frame.header_fields[username_flag]" => fields.TryGetProperty("username", out _) ? "1" : "0",
            "frame.header_fields[password_flag]" => fields.GetProperty("password").GetBoolean() ? "1" : "0",
            "frame.header_fields[will_flag]" => fields.TryGetProperty("will", out _) ? "1" : "0",
            "frame.header_fields[session_present]" => fields.GetProperty("session_present").GetBoolean() ? "1" : "0",
            "frame.dup" => $"{packet.IsRepeated}",
            "frame.retain" => $"{packet.IsRetained}",
            "frame.payload[topic_name]" => topic,
            _ => null,
        };

    private static string? StitchDifference(JsonElement item)
    {
        using var mqtt = New();
        var frames = new[] { "requests", "responses" }
            .SelectMany(side => item.GetProperty(side).EnumerateArray()
                .SelectMany(stream => stream.GetProperty("frames").EnumerateArray())
                .Select(frame => (Side: side, Frame: frame)))
            .OrderBy(found => found.Frame.GetProperty("timestamp_ns").GetInt64());
        foreach (var (side, frame) in frames)
        {
            var time = frame.GetProperty("timestamp_ns").GetInt64();
            mqtt.Send(side == "requests" ? Direction.Ingress : Direction.Egress, Packet(frame), time);
        }

        var expected = ByteCases.Check(item, "records.size")!.Value.GetInt32();
        return mqtt.Rows.Count == expected ? null : $"{mqtt.Rows.Count} rows, not {expected}";
    }

    // The cases name a packet by its parts; its other fields are made up.
    private static byte[] Packet(JsonElement frame)
    {
        var kind = frame.GetProperty("control_packet_type").GetProperty("value").GetInt32();
        var (id, qos) = (frame.GetProperty("packet_identifier").GetByte(), frame.GetProperty("qos").GetInt32());
        return (MqttKind)kind switch
        {
            MqttKind.Connect => Connect.ToArray(),
            MqttKind.Publish => [(byte)(0x30 | (qos << 1)), 5, 0, 1, (byte)'t', 0, id],
            MqttKind.Subscribe => [0x82, 6, 0, id, 0, 1, (byte)'t', 0],
            MqttKind.Unsubscribe => [0xa2, 5, 0, id, 0, 1, (byte)'t'],
            MqttKind.SubAck => [0x90, 3, 0, id, 0],
            var other => [(byte)(((int)other << 4) | (other == MqttKind.PubRel ? 2 : 0)), 2, 0, id],
        };
    }

    private static SessionHarness New() => new(new MqttProtocol(new FramingOptions()));
}
