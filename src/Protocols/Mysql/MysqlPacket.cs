using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>Head of a packet, with which every message of MySQL begins.</summary>
/// <remarks>
/// Layout: length of the payload, 24 bits little endian; number, 1 byte: 0 in the first packet of a command, one more
/// in each that follows, of either side, 255 followed by 0; payload. A payload of 0xffffff bytes goes on in the next
/// packet. Source: MySQL internals, "MySQL Packets".
/// </remarks>
/// <param name="Length">Bytes of the payload.</param>
/// <param name="Number">Its number.</param>
internal readonly record struct MysqlPacket(int Length, byte Number)
{
    /// <summary>Bytes before the payload.</summary>
    public const int HeadBytes = 4;

    /// <summary>Bytes of the longest payload; the message goes on in the next packet then.</summary>
    public const int MaxPayload = 0xffffff;

    /// <summary>True when the message goes on in the next packet.</summary>
    public bool GoesOn => Length == MaxPayload;

    /// <summary>As the length of a frame.</summary>
    public FrameHead Head => FrameHead.Of(HeadBytes + (ulong)Length);

    /// <summary>Reads the head of at least <see cref="HeadBytes"/> bytes.</summary>
    public static MysqlPacket Read(ReadOnlySpan<byte> data) =>
        new(data[0] | (data[1] << 8) | (data[2] << 16), data[3]);
}
