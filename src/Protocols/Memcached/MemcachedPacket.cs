using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>A message of the binary protocol; borrowed.</summary>
/// <remarks>
/// Layout, all big endian: magic, 0x80 request, 0x81 answer; opcode, 1 byte; key length, uint16; extras length, 1 byte;
/// data type, 1 byte, 0; reserved or status, uint16; body length, uint32; opaque, uint32; version of the item (cas),
/// uint64; then extras, key, value. Source: memcached wiki, BinaryProtocolRevamped.
/// </remarks>
internal readonly ref struct MemcachedPacket
{
    /// <summary>First byte of requests; no text begins with it.</summary>
    public const byte RequestMagic = 0x80;

    /// <summary>First byte of answers.</summary>
    public const byte AnswerMagic = 0x81;

    private const int HeaderLength = 24;
    private const int MaxKeyBytes = 250;
    private const int MaxExtrasBytes = 20; // of incr
    private const uint MaxBodyBytes = 1 << 30; // the most a server can be set to

    private MemcachedPacket(MemcachedOpcode opcode, ReadOnlySpan<byte> bytes)
    {
        Opcode = opcode;
        Status = BinaryPrimitives.ReadUInt16BigEndian(bytes[6..]);
        Opaque = BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]);
        Cas = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        var key = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        ValueBytes = BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]) - (uint)(bytes[4] + key);
        var body = bytes[HeaderLength..];
        Extras = body[..Math.Min(bytes[4], body.Length)];
        body = body[Extras.Length..];
        Key = body[..Math.Min(key, body.Length)];
        Value = body[Key.Length..];
    }

    /// <summary>Its command.</summary>
    public MemcachedOpcode Opcode { get; }

    /// <summary>Status of an answer; 0 is good.</summary>
    public int Status { get; }

    /// <summary>Number that the answer repeats.</summary>
    public uint Opaque { get; }

    /// <summary>Version of the item; 0 without one.</summary>
    public ulong Cas { get; }

    /// <summary>Numbers before the key.</summary>
    public ReadOnlySpan<byte> Extras { get; }

    /// <summary>The key.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>What was kept of the value.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>Bytes of the value on the wire.</summary>
    public uint ValueBytes { get; }

    /// <summary>True when the first byte is that of a message.</summary>
    public static bool IsMagic(byte first) => first is RequestMagic or AnswerMagic;

    /// <summary>Reads the head at the beginning of <paramref name="data"/>, which has at least one byte.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (!IsMagic(data[0]) || (data.Length > 1 && MemcachedOpcode.Find(data[1]) is null))
        {
            return FrameHead.Invalid;
        }

        if (data.Length < HeaderLength)
        {
            return FrameHead.NeedMoreData;
        }

        var key = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        var body = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        return key > MaxKeyBytes || data[4] > MaxExtrasBytes || data[5] != 0
            || body < key + (uint)data[4] || body > MaxBodyBytes
                ? FrameHead.Invalid
                : FrameHead.Of(HeaderLength + (ulong)body);
    }

    /// <summary>Reads a message whose head is valid.</summary>
    public static MemcachedPacket Parse(ReadOnlySpan<byte> frame) => new(MemcachedOpcode.Find(frame[1])!, frame);
}
