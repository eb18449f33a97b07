using System.Buffers.Text;
using System.Runtime.CompilerServices;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Redis;

/// <summary>
/// Smallest piece of RESP, the protocol of Redis: a line, or a line and the bytes that it announces. An array is the
/// line with its count; its elements are tokens of their own, so that a message of any size passes piece by piece.
/// </summary>
/// <remarks>
/// Layout: type, 1 byte; text up to CR LF; for the types $ ! = the text is a length and that many bytes and CR LF
/// follow. Source: Redis documentation, "Redis serialization protocol specification", versions 2 and 3. Streamed
/// strings and aggregates ("$?", "*?") of version 3 are not read: no server sends them.
/// </remarks>
internal readonly ref struct RespToken
{
    private const int MaxNumberBytes = 24; // of a count or length, CR LF included
    private const long MaxCount = int.MaxValue / 2; // elements; a map has two per entry
    private const long MaxBlobBytes = 1L << 32; // twice the largest proto-max-bulk-len in use

    private RespToken(RespType type, long number, ReadOnlySpan<byte> text, bool isTruncated)
    {
        (Type, Number, IsTruncated) = (type, number, isTruncated);
        Text = text;
    }

    /// <summary>What it is.</summary>
    public RespType Type { get; }

    /// <summary>Elements of an aggregate, bytes of a blob; -1 for null.</summary>
    public long Number { get; }

    /// <summary>The text of a line, that of an error with its type; the bytes of a blob.</summary>
    public ReadOnlySpan<byte> Text { get; }

    /// <summary>True when bytes at the end of the text are not known.</summary>
    public bool IsTruncated { get; }

    /// <summary>True when elements follow it.</summary>
    public bool IsAggregate => IsAggregateType(Type) && Number >= 0;

    /// <summary>True for the null of either version.</summary>
    public bool IsNull => Type == RespType.Null || Number < 0;

    /// <summary>A token that no line stands for: an argument of an inline command.</summary>
    public static RespToken OfText(ReadOnlySpan<byte> text, bool isTruncated) =>
        new(RespType.Bulk, text.Length, text, isTruncated);

    /// <summary>The head of an array.</summary>
    public static RespToken OfArray(long count) => new(RespType.Array, count, default, false);

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (!data.IsEmpty && !IsType((RespType)data[0]))
        {
            return FrameHead.Invalid;
        }

        var type = data.IsEmpty ? default : (RespType)data[0];
        var isBlob = IsBlobType(type);
        var numeric = isBlob || IsAggregateType(type);
        var end = LineEnd(data);
        if (end < 0)
        {
            return numeric && data.Length >= MaxNumberBytes ? FrameHead.Invalid : FrameHead.NeedMoreData;
        }

        if (data[end - 1] != '\r' || end > int.MaxValue / 2)
        {
            return FrameHead.Invalid;
        }

        var line = data[1..(end - 1)];
        if (!numeric)
        {
            return IsLine(type, line) ? FrameHead.Of((ulong)end + 1) : FrameHead.Invalid;
        }

        if (!TryParseNumber(line, isBlob ? MaxBlobBytes : MaxCount, out var number))
        {
            return FrameHead.Invalid;
        }

        return isBlob && number >= 0 ? BlobHead(data, end + 1, number) : FrameHead.Of((ulong)end + 1);
    }

    /// <summary>Reads a token whose head is valid.</summary>
    public static RespToken Parse(ReadOnlySpan<byte> frame)
    {
        var type = (RespType)frame[0];
        var end = LineEnd(frame);
        var line = frame[1..(end - 1)];
        if (!IsBlobType(type) && !IsAggregateType(type))
        {
            return new RespToken(type, 0, type == RespType.Error ? frame[..(end - 1)] : line, false);
        }

        TryParseNumber(line, long.MaxValue, out var number);
        if (!IsBlobType(type) || number < 0)
        {
            return new RespToken(type, number, default, false);
        }

        var text = frame[(end + 1)..];
        text = text[..(int)Math.Min(text.Length, number)];
        return new RespToken(type, number, text, text.Length < number);
    }

    /// <summary>Reads a count or length up to its line end: -1 or digits.</summary>
    public static bool TryParseNumber(ReadOnlySpan<byte> line, long max, out long number) =>
        Utf8Parser.TryParse(line, out number, out var used) && used == line.Length && line[0] != '+'
        && number >= -1 && number <= max;

    /// <summary>Position of the LF of the first line; -1 without one.</summary>
    public static int LineEnd(ReadOnlySpan<byte> data) => data.IndexOf((byte)'\n');

    private static FrameHead BlobHead(ReadOnlySpan<byte> data, int start, long bytes)
    {
        var end = start + bytes;
        return (end < data.Length && data[(int)end] != '\r') || (end + 1 < data.Length && data[(int)end + 1] != '\n')
            ? FrameHead.Invalid
            : FrameHead.Of((ulong)end + 2);
    }

    private static bool IsLine(RespType type, ReadOnlySpan<byte> line) => type switch
    {
        RespType.Simple or RespType.Error => !line.ContainsAny("\r\n"u8),
        RespType.Integer => Utf8Parser.TryParse(line, out long _, out var used) && used == line.Length,
        RespType.Null => line.IsEmpty,
        RespType.Boolean => line.SequenceEqual("t"u8) || line.SequenceEqual("f"u8),
        _ => !line.IsEmpty && line.IndexOfAnyExceptInRange((byte)'+', (byte)'z') < 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsType(RespType type) => type is RespType.Simple or RespType.Error or RespType.Integer
        or RespType.Null or RespType.Boolean or RespType.Double or RespType.BigNumber
        || IsBlobType(type) || IsAggregateType(type);

    private static bool IsBlobType(RespType type) =>
        type is RespType.Bulk or RespType.BlobError or RespType.Verbatim;

    private static bool IsAggregateType(RespType type) =>
        type is RespType.Array or RespType.Map or RespType.Set or RespType.Push or RespType.Attribute;
}

/// <summary>Types of RESP by their first byte; those from Null on are of version 3.</summary>
internal enum RespType : byte
{
    /// <summary>Nothing read yet.</summary>
    None = 0,

    /// <summary>Text of a line.</summary>
    Simple = (byte)'+',

    /// <summary>Error of a line.</summary>
    Error = (byte)'-',

    /// <summary>Whole number.</summary>
    Integer = (byte)':',

    /// <summary>Bytes.</summary>
    Bulk = (byte)'$',

    /// <summary>Elements; a command is one of bulks.</summary>
    Array = (byte)'*',

    /// <summary>Nothing.</summary>
    Null = (byte)'_',

    /// <summary>True or false.</summary>
    Boolean = (byte)'#',

    /// <summary>Number with a fraction.</summary>
    Double = (byte)',',

    /// <summary>Large number.</summary>
    BigNumber = (byte)'(',

    /// <summary>Error of any bytes.</summary>
    BlobError = (byte)'!',

    /// <summary>Text behind its format, 3 letters and a colon.</summary>
    Verbatim = (byte)'=',

    /// <summary>Keys and values.</summary>
    Map = (byte)'%',

    /// <summary>Elements without order.</summary>
    Set = (byte)'~',

    /// <summary>Elements that answer no command.</summary>
    Push = (byte)'>',

    /// <summary>Keys and values about the value that follows.</summary>
    Attribute = (byte)'|',
}
