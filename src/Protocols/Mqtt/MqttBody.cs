using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>The fields of packets as JSON objects, the reason code apart.</summary>
/// <param name="version">3, 4 (3.1.1), 5; 0 when the beginning was not seen and nobody knows.</param>
/// <param name="whole">Whether all bytes of the packet are there.</param>
/// <param name="limit">Bytes of a payload that are kept.</param>
internal readonly ref struct MqttBody(int version, bool whole, int limit)
{
    private const int Version5 = 5;
    private const int PacketIdLength = 2;

    private readonly int _version = version;
    private readonly bool _whole = whole;
    private readonly int _limit = limit;

    /// <summary>Writes the fields of a packet; false when they do not fit into its bytes.</summary>
    public bool Write(in MqttPacket packet, CellText topic, CellText text, out int code)
    {
        var reader = new MqttReader(packet.Type.HasPacketId ? packet.Bytes[PacketIdLength..] : packet.Bytes);
        code = 0;
        var known = packet.Type.Kind switch
        {
            MqttKind.Connect => WriteConnect(ref reader, text),
            MqttKind.ConnAck => WriteConnAck(ref reader, text, out code),
            MqttKind.Publish => WritePublish(packet, ref reader, topic, text),
            MqttKind.Subscribe => WriteFilters(ref reader, text, withOptions: true),
            MqttKind.Unsubscribe => WriteFilters(ref reader, text, withOptions: false),
            MqttKind.SubAck or MqttKind.UnsubAck => WriteCodes(ref reader, text, out code),
            MqttKind.PingReq or MqttKind.PingResp => WriteNothing(text),
            _ => WriteReason(ref reader, text, out code),
        };
        if (reader.IsStarved || !known)
        {
            text.MarkCut();
            return !_whole;
        }

        text.Append("}"u8);
        return true;
    }

    private static bool WriteNothing(CellText text)
    {
        text.Append("{"u8);
        return true;
    }

    private bool WriteConnect(ref MqttReader reader, CellText text)
    {
        reader.Text(); // "MQTT"; the session looked at it
        text.Append("{\"version\":"u8);
        text.Append(reader.UInt8());
        var flags = reader.UInt8();
        Add(text, "clean_start"u8, (flags & 2) != 0);
        text.Append(",\"keep_alive\":"u8);
        text.Append(reader.UInt16());
        var known = WriteProperties(ref reader, text);
        text.Append(",\"client_id\":"u8);
        text.AppendJsonString(reader.Text());
        if ((flags & 4) != 0)
        {
            var will = _version == Version5 ? reader.Properties() : default;
            text.Append(",\"will\":{\"topic\":"u8);
            text.AppendJsonString(reader.Text());
            text.Append(",\"qos\":"u8);
            text.Append(flags >> 3 & 3);
            Add(text, "retain"u8, (flags & 32) != 0);
            known &= MqttProperties.Write(will, text);
            WritePayload(reader.Text(), null, text);
            text.Append("}"u8);
        }

        if ((flags & 128) != 0)
        {
            text.Append(",\"username\":"u8);
            text.AppendJsonString(reader.Text());
        }

        Add(text, "password"u8, (flags & 64) != 0); // whether there is one; it is not kept
        return known;
    }

    private bool WriteConnAck(ref MqttReader reader, CellText text, out int code)
    {
        text.Append("{\"session_present\":"u8);
        text.Append((reader.UInt8() & 1) != 0 ? "true"u8 : "false"u8);
        code = reader.UInt8();
        return WriteProperties(ref reader, text);
    }

    private bool WritePublish(in MqttPacket packet, ref MqttReader reader, CellText topic, CellText text)
    {
        topic.AppendText(reader.Text());
        if (packet.Qos > 0)
        {
            reader.UInt16();
        }

        text.Append("{\"dup\":"u8);
        text.Append(packet.IsRepeated ? "true"u8 : "false"u8);
        Add(text, "retain"u8, packet.IsRetained);
        if (_version == 0)
        {
            return true; // whether properties stand before the payload is not known
        }

        var known = WriteProperties(ref reader, text);
        WritePayload(reader.Rest, packet.Length - (packet.Bytes.Length - reader.Rest.Length), text);
        return known;
    }

    private void WritePayload(ReadOnlySpan<byte> payload, long? size, CellText text)
    {
        text.Append(",\"size\":"u8);
        text.Append(size ?? payload.Length);
        var shown = payload[..Math.Min(payload.Length, _limit)];
        if (!Utf8Text.LooksLikeText(shown))
        {
            text.Append(",\"payload\":\"[REMOVED: not text]\""u8);
            return;
        }

        text.Append(",\"payload\":"u8);
        text.AppendJsonString(shown[..Utf8Text.WholeCharacters(shown)]);
        if (shown.Length < (size ?? payload.Length))
        {
            text.MarkCut();
        }
    }

    private bool WriteFilters(ref MqttReader reader, CellText text, bool withOptions)
    {
        text.Append("{\"filters\":["u8);
        if (_version == 0)
        {
            text.Append("]"u8);
            return true;
        }

        var properties = _version == Version5 ? reader.Properties() : default;
        for (var first = true; !reader.Rest.IsEmpty && !reader.IsStarved; first = false)
        {
            text.Append(first ? "{\"topic\":"u8 : ",{\"topic\":"u8);
            text.AppendJsonString(reader.Text());
            if (withOptions)
            {
                text.Append(",\"qos\":"u8);
                text.Append(reader.UInt8() & 3);
            }

            text.Append("}"u8);
        }

        text.Append("]"u8);
        return MqttProperties.Write(properties, text);
    }

    // One code per filter; the highest counts, as failures are the high ones.
    private bool WriteCodes(ref MqttReader reader, CellText text, out int code)
    {
        code = 0;
        text.Append("{\"codes\":["u8);
        var properties = _version == Version5 ? reader.Properties() : default;
        var codes = _version == 0 ? default : reader.Rest;
        for (var i = 0; i < codes.Length && text.Room > 0; i++)
        {
            text.Append(i == 0 ? default : ","u8);
            text.Append(codes[i]);
            code = Math.Max(code, codes[i]);
        }

        text.Append("]"u8);
        return MqttProperties.Write(properties, text);
    }

    // Since version 5, and only when it is not 0 or properties follow.
    private static bool WriteReason(ref MqttReader reader, CellText text, out int code)
    {
        code = reader.Rest.IsEmpty ? 0 : reader.UInt8();
        text.Append("{\"code\":"u8);
        text.Append(code);
        return reader.Rest.IsEmpty || MqttProperties.Write(reader.Properties(), text);
    }

    private bool WriteProperties(ref MqttReader reader, CellText text) =>
        _version != Version5 || MqttProperties.Write(reader.Properties(), text);

    private static void Add(CellText text, ReadOnlySpan<byte> name, bool value)
    {
        text.Append(",\""u8);
        text.Append(name);
        text.Append(value ? "\":true"u8 : "\":false"u8);
    }
}
