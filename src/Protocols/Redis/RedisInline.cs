using System.Buffers.Text;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Redis;

/// <summary>Commands as a person types them: words with blanks between, in quotes where they hold some.</summary>
/// <remarks>
/// Source: Redis documentation, "Inline commands"; quotes as redis-cli describes them: in double ones \n \r \t \b \a
/// and \xHH, in single ones only \'. An empty line means nothing.
/// </remarks>
internal static class RedisInline
{
    /// <summary>Bytes of a word that are kept; as many as a text cell of ordinary size.</summary>
    public const int MaxWordBytes = 1024;

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return FrameHead.NeedMoreData;
        }

        var end = RespToken.LineEnd(data);
        var line = TrimEnd(end < 0 ? data : data[..end]);
        if (!line.IsEmpty && (!char.IsAsciiLetter((char)line[0]) || HasControls(line)))
        {
            return FrameHead.Invalid;
        }

        if (end < 0)
        {
            return FrameHead.NeedMoreData;
        }

        var name = line[..(line.IndexOf((byte)' ') is var blank && blank < 0 ? line.Length : blank)];
        return line.IsEmpty || RedisCommands.Find(name) is not null
            ? FrameHead.Of((ulong)end + 1)
            : FrameHead.Invalid;
    }

    /// <summary>Words of a line; -1 when its quotes do not end.</summary>
    public static int Count(ReadOnlySpan<byte> line)
    {
        Span<byte> word = stackalloc byte[MaxWordBytes];
        var words = 0;
        while (Next(ref line, word, out var bytes))
        {
            if (bytes < 0)
            {
                return -1;
            }

            words++;
        }

        return words;
    }

    /// <summary>Takes the next word; false when there is none. Its length is -1 when its quotes do not end.</summary>
    public static bool Next(ref ReadOnlySpan<byte> line, scoped Span<byte> word, out int bytes)
    {
        bytes = 0;
        line = line.TrimStart(" \t"u8);
        line = TrimEnd(line);
        if (line.IsEmpty)
        {
            return false;
        }

        var quote = line[0] is (byte)'"' or (byte)'\'' ? line[0] : default;
        var at = quote == 0 ? 0 : 1;
        while (at < line.Length && (quote == 0 ? line[at] is not ((byte)' ' or (byte)'\t') : line[at] != quote))
        {
            var used = ReadCharacter(line[at..], quote, out var value);
            at += used;
            if (bytes < word.Length)
            {
                word[bytes++] = value;
            }
        }

        bytes = quote != 0 && at >= line.Length ? -1 : bytes;
        line = line[Math.Min(line.Length, at + (quote == 0 ? 0 : 1))..];
        return true;
    }

    private static int ReadCharacter(ReadOnlySpan<byte> text, byte quote, out byte value)
    {
        value = text[0];
        if (value != '\\' || quote == 0 || text.Length < 2 || (quote == '\'' && text[1] != '\''))
        {
            return 1;
        }

        if (text[1] == 'x' && text.Length >= 4
            && Utf8Parser.TryParse(text.Slice(2, 2), out byte hex, out var used, 'x') && used == 2)
        {
            value = hex;
            return 4;
        }

        value = text[1] switch
        {
            (byte)'n' => (byte)'\n',
            (byte)'r' => (byte)'\r',
            (byte)'t' => (byte)'\t',
            (byte)'b' => (byte)'\b',
            (byte)'a' => (byte)'\a',
            _ => text[1],
        };
        return 2;
    }

    private static bool HasControls(ReadOnlySpan<byte> line) =>
        line.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || line.IndexOfAnyInRange((byte)0x0b, (byte)0x1f) >= 0;

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line) => line.TrimEnd(" \t\r\n"u8);
}
