using System.Buffers;
using System.Buffers.Text;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>Lines of the text protocol.</summary>
/// <remarks>
/// Request: command, words between blanks, CR LF; behind commands that store, the value and CR LF. Answer: one line, or
/// lines up to END; behind VALUE and VA, the value and CR LF. Source: memcached, doc/protocol.txt.
/// </remarks>
internal static class MemcachedLine
{
    private const int MaxKeyBytes = 250; // a line with a longer one is refused as a whole
    private const ulong MaxValueBytes = 1 << 30; // the most a server can be set to
    private const int MaxAnswerLineBytes = 8 << 10;
    private const int LineEnd = 2; // CR LF behind a value

    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_"u8);

    /// <summary>Reads the head of a request; any word in lower case may be a command.</summary>
    public static FrameHead ReadRequest(ReadOnlySpan<byte> data)
    {
        var rest = data[..Math.Min(data.Length, MemcachedCommand.MaxNameBytes + 1)];
        var name = Next(ref rest);
        if (name.Length > MemcachedCommand.MaxNameBytes || name.ContainsAnyExcept(NameBytes)
            || (name.IsEmpty && !data.IsEmpty))
        {
            return FrameHead.Invalid;
        }

        var end = data.IndexOf((byte)'\n');
        return end < 0 ? FrameHead.NeedMoreData : Of(end, ValueBytesOfRequest(data[..end]));
    }

    /// <summary>Reads the head of an answer.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="anyLine">Whether lines in a form of their own are expected.</param>
    public static FrameHead ReadAnswer(ReadOnlySpan<byte> data, bool anyLine)
    {
        if (data.IsEmpty)
        {
            return FrameHead.NeedMoreData;
        }

        var end = data.IndexOf((byte)'\n');
        var rest = end < 0 ? data : data[..end];
        var word = Next(ref rest);
        if (!anyLine && !MemcachedAnswerWord.MayBegin(word, isWhole: end >= 0))
        {
            return FrameHead.Invalid;
        }

        if (end < 0)
        {
            return data.Length > MaxAnswerLineBytes ? FrameHead.Invalid : FrameHead.NeedMoreData;
        }

        return !IsValue(word, data[..end], out var bytes) ? Of(end, null)
            : bytes is null ? FrameHead.Invalid
            : Of(end, bytes);
    }

    /// <summary>The line at the beginning of a frame, and where what follows starts. A line may be longer than what is
    /// kept of a frame: then that is all there is of it.</summary>
    public static ReadOnlySpan<byte> Split(ReadOnlySpan<byte> frame, out int start)
    {
        var end = frame.IndexOf((byte)'\n');
        start = end < 0 ? frame.Length : end + 1;
        return end < 0 ? frame : frame[..end];
    }

    /// <summary>Takes the next word of a line; empty at its end.</summary>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var start = rest.IndexOfAnyExcept((byte)' ');
        if (start < 0)
        {
            rest = default;
            return default;
        }

        rest = rest[start..];
        var end = rest.IndexOfAny(" \r\n"u8);
        var word = end < 0 ? rest : rest[..end];
        rest = end < 0 || rest[end] != ' ' ? default : rest[end..];
        return word;
    }

    /// <summary>Bytes of the value behind a request's line; null when none follows.</summary>
    public static ulong? ValueBytesOfRequest(ReadOnlySpan<byte> line)
    {
        if (MemcachedCommand.Find(Next(ref line)) is not { HasValue: true } command)
        {
            return null;
        }

        // What the server refuses before it reads the size has no value behind it.
        if (Next(ref line).Length is 0 or > MaxKeyBytes
            || (command.Kind == MemcachedKind.Store && !(IsNumber(Next(ref line)) && IsNumber(Next(ref line)))))
        {
            return null;
        }

        return ReadSize(Next(ref line));
    }

    // Whether a line of an answer has a value behind it, and of how many bytes; null when that cannot be read.
    private static bool IsValue(ReadOnlySpan<byte> word, ReadOnlySpan<byte> line, out ulong? bytes)
    {
        bytes = null;
        var isItem = word.SequenceEqual("VALUE"u8);
        if (!isItem && !word.SequenceEqual("VA"u8))
        {
            return false;
        }

        Next(ref line);
        if (isItem)
        {
            Next(ref line); // key
            Next(ref line); // flags
        }

        bytes = ReadSize(Next(ref line));
        return true;
    }

    private static FrameHead Of(int end, ulong? valueBytes) =>
        FrameHead.Of((ulong)end + 1 + (valueBytes is { } bytes ? bytes + LineEnd : 0));

    private static bool IsNumber(ReadOnlySpan<byte> word) =>
        Utf8Parser.TryParse(word, out long _, out var consumed) && consumed == word.Length;

    private static ulong? ReadSize(ReadOnlySpan<byte> word) =>
        Utf8Parser.TryParse(word, out ulong bytes, out var consumed) && consumed == word.Length
        && bytes <= MaxValueBytes
            ? bytes
            : null;
}
