using System.Buffers.Binary;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Http2;

/// <summary>Head of a frame of HTTP/2.</summary>
/// <remarks>
/// Layout: length, 24 bits big endian, not counting the head; type, 1 byte; flags, 1 byte; stream, 31 bits big endian
/// below a reserved bit; body. A client's first bytes are the preface instead. Source: RFC 9113 §3.4, §4.1, §6.
/// </remarks>
internal readonly record struct Http2Frame(int Length, Http2FrameType Type, Http2Flags Flags, int Stream)
{
    /// <summary>Bytes of a frame's head.</summary>
    public const int HeadBytes = 9;

    private const int DefaultMaxLength = 16384; // bytes; SETTINGS_MAX_FRAME_SIZE allows more

    // What a type of frame may look like. Source: RFC 9113 §6, in the order of the types.
    private static readonly Rule[] Rules =
    [
        new(OnStream: true, 0, int.MaxValue, Http2Flags.EndStream | Http2Flags.Padded),
        new(OnStream: true, 1, int.MaxValue,
            Http2Flags.EndStream | Http2Flags.EndHeaders | Http2Flags.Padded | Http2Flags.Priority),
        new(OnStream: true, 5, 5, Http2Flags.None),
        new(OnStream: true, 4, 4, Http2Flags.None),
        new(OnStream: false, 0, 1 << 12, Http2Flags.EndStream), // the bit is ACK there
        new(OnStream: true, 5, int.MaxValue, Http2Flags.EndHeaders | Http2Flags.Padded),
        new(OnStream: false, 8, 8, Http2Flags.EndStream),
        new(OnStream: false, 8, int.MaxValue, Http2Flags.None),
        new(OnStream: null, 4, 4, Http2Flags.None),
        new(OnStream: true, 0, int.MaxValue, Http2Flags.EndHeaders),
    ];

    private readonly record struct Rule(bool? OnStream, int MinLength, int MaxLength, Http2Flags Flags);

    /// <summary>What a client sends first.</summary>
    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Reads the head at the beginning of <paramref name="data"/>: of a frame, or the preface.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (StartsPreface(data))
        {
            return data.Length < Preface.Length ? FrameHead.NeedMoreData : FrameHead.Of((ulong)Preface.Length);
        }

        if (data.Length < HeadBytes)
        {
            return FrameHead.NeedMoreData;
        }

        var frame = Parse(data);
        return frame.IsPossible() ? FrameHead.Of(HeadBytes + (ulong)frame.Length) : FrameHead.Invalid;
    }

    /// <summary>Whether the bytes are the preface, or its beginning.</summary>
    public static bool StartsPreface(ReadOnlySpan<byte> data) =>
        data.Length >= 3 && data[..Math.Min(data.Length, Preface.Length)].SequenceEqual(
            Preface[..Math.Min(data.Length, Preface.Length)]);

    /// <summary>Reads a head of which all bytes are there.</summary>
    public static Http2Frame Parse(ReadOnlySpan<byte> data) => new(
        (int)(BinaryPrimitives.ReadUInt32BigEndian(data) >> 8),
        (Http2FrameType)data[3],
        (Http2Flags)data[4],
        BinaryPrimitives.ReadInt32BigEndian(data[5..]) & int.MaxValue);

    /// <summary>Whether a frame starts within data of which nothing is known: more is asked of it than where one is
    /// due, and frames must follow each other.</summary>
    public static bool IsLikely(ReadOnlySpan<byte> data, bool startsChunk)
    {
        if (StartsPreface(data))
        {
            return data.Length >= Preface.Length;
        }

        var frames = 0;
        while (data.Length >= HeadBytes)
        {
            var frame = Parse(data);
            if (!frame.IsPossible() || !frame.IsPlain())
            {
                return false;
            }

            frames++;
            if (data.Length - HeadBytes <= frame.Length)
            {
                return data.Length - HeadBytes == frame.Length || frames > 1 || startsChunk;
            }

            data = data[(HeadBytes + frame.Length)..];
        }

        return frames > 1;
    }

    // Frames of unknown types must be ignored (§4.1), so they are possible.
    private bool IsPossible()
    {
        if ((int)Type >= Rules.Length)
        {
            return Length <= DefaultMaxLength;
        }

        var rule = Rules[(int)Type];
        return Length >= rule.MinLength && Length <= rule.MaxLength
            && (rule.OnStream is null || rule.OnStream == (Stream != 0))
            && (Type != Http2FrameType.Settings || Length % 6 == 0);
    }

    private bool IsPlain() =>
        (int)Type < Rules.Length && Length <= DefaultMaxLength && (Flags & ~Rules[(int)Type].Flags) == 0;
}

/// <summary>Types of frames (RFC 9113 §6).</summary>
internal enum Http2FrameType : byte
{
    /// <summary>A part of a body.</summary>
    Data,

    /// <summary>Header fields; opens a stream, or ends it as trailers.</summary>
    Headers,

    /// <summary>Deprecated.</summary>
    Priority,

    /// <summary>Breaks a stream off.</summary>
    Reset,

    /// <summary>Settings of the connection.</summary>
    Settings,

    /// <summary>The request of an answer that the server will send unasked.</summary>
    PushPromise,

    /// <summary>Are you there.</summary>
    Ping,

    /// <summary>No more streams.</summary>
    GoAway,

    /// <summary>The peer may send more.</summary>
    WindowUpdate,

    /// <summary>More header fields of the frame before.</summary>
    Continuation,
}

/// <summary>Flags of frames.</summary>
[Flags]
internal enum Http2Flags : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The sender's half of the stream ends.</summary>
    EndStream = 1,

    /// <summary>The header block ends.</summary>
    EndHeaders = 4,

    /// <summary>Begins with the length of the padding at the end.</summary>
    Padded = 8,

    /// <summary>Five bytes about priority precede the fields.</summary>
    Priority = 0x20,
}
