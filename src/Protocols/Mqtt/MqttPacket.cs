using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>A packet of MQTT; borrowed.</summary>
/// <remarks>
/// Layout: type, 4 bits; flags, 4 bits (of PUBLISH: repeated, quality of service in 2 bits, retain); length of the
/// rest, 1 to 4 bytes of 7 bits, the lowest first; the rest. Source: MQTT 5.0 and 3.1.1 (OASIS), chapter 2.
/// </remarks>
internal readonly ref struct MqttPacket
{
    private MqttPacket(MqttType type, byte flags, uint length, ReadOnlySpan<byte> bytes)
    {
        Type = type;
        Flags = flags;
        Length = length;
        Bytes = bytes;
    }

    /// <summary>Its type.</summary>
    public MqttType Type { get; }

    /// <summary>Low bits of the first byte.</summary>
    public byte Flags { get; }

    /// <summary>Bytes behind the fixed header.</summary>
    public uint Length { get; }

    /// <summary>What is known of them.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Quality of service of a PUBLISH.</summary>
    public int Qos => Type.Kind == MqttKind.Publish ? Flags >> 1 & 3 : 0;

    /// <summary>A PUBLISH that is sent again.</summary>
    public bool IsRepeated => (Flags & 8) != 0;

    /// <summary>A PUBLISH that the server keeps for later subscribers, or kept.</summary>
    public bool IsRetained => (Flags & 1) != 0;

    /// <summary>What answers it.</summary>
    public MqttKind Answer => Type.Kind != MqttKind.Publish ? Type.Answer : Qos switch
    {
        1 => MqttKind.PubAck,
        2 => MqttKind.PubRec,
        _ => MqttKind.None,
    };

    /// <summary>Number that its answer names; 0 when it has none.</summary>
    public int PacketId
    {
        get
        {
            var at = Type.HasPacketId ? 0
                : Qos > 0 && Bytes.Length >= 2 ? 2 + BinaryPrimitives.ReadUInt16BigEndian(Bytes)
                : int.MaxValue - 2;
            return Bytes.Length >= at + 2 ? BinaryPrimitives.ReadUInt16BigEndian(Bytes[at..]) : 0;
        }
    }

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (MqttType.Of(data[0]) is not { } type)
        {
            return FrameHead.Invalid;
        }

        return MqttReader.TryReadVarInt(data[1..], out var length, out var bytes) switch
        {
            null => FrameHead.NeedMoreData,
            true when length >= type.MinLength && length <= type.MaxLength => FrameHead.Of(1 + (ulong)bytes + length),
            _ => FrameHead.Invalid,
        };
    }

    /// <summary>Reads a packet whose head is valid.</summary>
    public static MqttPacket Parse(ReadOnlySpan<byte> frame)
    {
        _ = MqttReader.TryReadVarInt(frame[1..], out var length, out var bytes);
        return new MqttPacket(MqttType.Of(frame[0])!, (byte)(frame[0] & 15), length, frame[(1 + bytes)..]);
    }
}
