using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Cql;

/// <summary>Head of a message of CQL 3 to 5: a frame of its own up to version 4, inside of segments later.</summary>
/// <remarks>
/// Layout, big endian: version, 1 byte, bit 7 set in responses; flags, 1 byte; stream, int16; opcode, 1 byte; length of
/// the body, int32. Source: native_protocol_v4.spec section 2.
/// </remarks>
internal readonly record struct CqlEnvelope(
    bool IsResponse, byte Version, CqlFlags Flags, short Stream, CqlOpcode Opcode, int BodyLength)
{
    /// <summary>Bytes of the head.</summary>
    public const int HeadBytes = 9;

    private const int MaxBodyBytes = 256 << 20; // the protocol's own bound
    private const byte ResponseBit = 0x80;
    private const byte MinVersion = 3;
    private const byte MaxVersion = 5;
    private const byte UnusedFlags = 0xe0;

    /// <summary>Bytes of the whole message.</summary>
    public ulong Length => HeadBytes + (ulong)BodyLength;

    /// <summary>Reads the head that data begins with.</summary>
    /// <param name="data">The bytes; borrowed.</param>
    /// <param name="isResponse">Which way they go, when it is known.</param>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data, bool? isResponse)
    {
        if (data.IsEmpty)
        {
            return FrameHead.NeedMoreData;
        }

        var response = (data[0] & ResponseBit) != 0;
        if ((data[0] & ~ResponseBit) is < MinVersion or > MaxVersion
            || response != (isResponse ?? response)
            || (data.Length > 1 && (data[1] & UnusedFlags) != 0)
            || (data.Length > 2 && !response && data[2] >= 0x80)
            || (data.Length > 4 && !(response ? CqlOpcodes.IsResponse(data[4]) : CqlOpcodes.IsRequest(data[4])))
            || (data.Length > 5 && data[5] > MaxBodyBytes >> 24))
        {
            return FrameHead.Invalid;
        }

        if (data.Length < HeadBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var head = Read(data);
        return head.BodyLength <= MaxBodyBytes ? FrameHead.Of(head.Length) : FrameHead.Invalid;
    }

    /// <summary>The head; the bytes are there and were found right.</summary>
    public static CqlEnvelope Read(ReadOnlySpan<byte> data) => new(
        (data[0] & ResponseBit) != 0,
        (byte)(data[0] & ~ResponseBit),
        (CqlFlags)data[1],
        BinaryPrimitives.ReadInt16BigEndian(data[2..]),
        (CqlOpcode)data[4],
        BinaryPrimitives.ReadInt32BigEndian(data[5..]));
}

/// <summary>What else a message has.</summary>
[Flags]
internal enum CqlFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The body is compressed; up to version 4.</summary>
    Compressed = 1,

    /// <summary>A response begins with the id of its trace.</summary>
    Tracing = 2,

    /// <summary>Pairs of names and bytes come before the message.</summary>
    CustomPayload = 4,

    /// <summary>A response has warnings before the message.</summary>
    Warning = 8,
}
