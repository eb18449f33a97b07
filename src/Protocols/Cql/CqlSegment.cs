using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Head of a segment, in which version 5 sends its messages once a connection has begun.</summary>
/// <remarks>
/// Layout, little endian: length of the payload, 17 bits; on connections with compression length before it, 17 bits, 0
/// when this payload is not compressed; 1 bit, set when the payload is whole messages, clear when it is a part of a
/// long one; filled up to 3 or 5 bytes; CRC24 of these, 3 bytes; payload; its CRC32, 4 bytes. Source:
/// native_protocol_v5.spec, section "Framing".
/// </remarks>
internal readonly record struct CqlSegment(int HeadBytes, int PayloadBytes, int UncompressedBytes, bool IsWhole)
{
    /// <summary>Bytes of the longest segment.</summary>
    public const int MaxLength = CompressibleBytes + ChecksumBytes + LengthMask + PayloadChecksumBytes;

    private const int PlainBytes = 3; // of a head without its checksum
    private const int CompressibleBytes = 5;
    private const int ChecksumBytes = 3;
    private const int PayloadChecksumBytes = 4;
    private const int LengthBits = 17;
    private const int LengthMask = (1 << LengthBits) - 1;

    /// <summary>Bytes of the whole segment.</summary>
    public int Length => HeadBytes + PayloadBytes + PayloadChecksumBytes;

    /// <summary>Bytes that it brings.</summary>
    public int ContentBytes => UncompressedBytes > 0 ? UncompressedBytes : PayloadBytes;

    /// <summary>Reads the head that data begins with.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data) =>
        TryRead(data, out var segment) ? FrameHead.Of((ulong)segment.Length)
        : data.Length < CompressibleBytes + ChecksumBytes ? FrameHead.NeedMoreData
        : FrameHead.Invalid;

    /// <summary>Reads the head that data begins with; false when its checksum is wrong.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out CqlSegment segment)
    {
        segment = default;
        if (HasHead(data, PlainBytes))
        {
            var head = data[0] | (data[1] << 8) | (data[2] << 16);
            segment = new CqlSegment(
                PlainBytes + ChecksumBytes, head & LengthMask, 0, (head >> LengthBits & 1) != 0);
            return true;
        }

        if (HasHead(data, CompressibleBytes))
        {
            var head = BinaryPrimitives.ReadUInt32LittleEndian(data) | ((long)data[4] << 32);
            segment = new CqlSegment(
                CompressibleBytes + ChecksumBytes,
                (int)head & LengthMask,
                (int)(head >> LengthBits) & LengthMask,
                (head >> (2 * LengthBits) & 1) != 0);
            return true;
        }

        return false;
    }

    /// <summary>Whether the checksum behind the payload is right; the segment is there as a whole.</summary>
    public bool IsIntact(ReadOnlySpan<byte> segment) =>
        CqlChecksum.Crc32(segment.Slice(HeadBytes, PayloadBytes))
        == BinaryPrimitives.ReadUInt32LittleEndian(segment[(HeadBytes + PayloadBytes)..]);

    private static bool HasHead(ReadOnlySpan<byte> data, int bytes) =>
        data.Length >= bytes + ChecksumBytes
        && CqlChecksum.Crc24(data[..bytes])
        == (uint)(data[bytes] | (data[bytes + 1] << 8) | (data[bytes + 2] << 16));
}
