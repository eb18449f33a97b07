using System.Buffers;
using System.Text;
using System.Text.Unicode;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Text;

/// <summary>Where a text may be cut, and what looks like one.</summary>
internal static class Utf8Text
{
    /// <summary>Follows a text that was cut.</summary>
    public static ReadOnlySpan<byte> TruncatedMark => "... [TRUNCATED]"u8;

    /// <summary>Longest beginning of <paramref name="text"/> that does not end inside a character.</summary>
    public static int WholeCharacters(ReadOnlySpan<byte> text)
    {
        var last = text.Length - 1;
        for (var back = 0; back < 4 && last - back >= 0; back++)
        {
            var value = text[last - back];
            if (value < 0x80)
            {
                return text.Length;
            }

            if (value >= 0xc0)
            {
                var bytes = value >= 0xf0 ? 4 : value >= 0xe0 ? 3 : 2;
                return back + 1 < bytes ? last - back : text.Length;
            }
        }

        return text.Length;
    }

    /// <summary>As <see cref="WholeCharacters"/>, and not inside a JSON escape either.</summary>
    public static int WholeEscapes(ReadOnlySpan<byte> json)
    {
        var end = WholeCharacters(json);
        for (var i = json[..end].IndexOf((byte)'\\'); i >= 0 && i < end;)
        {
            var length = i + 1 < end && json[i + 1] == 'u' ? 6 : 2;
            if (i + length > end)
            {
                return i;
            }

            i += length;
            var next = json[i..end].IndexOf((byte)'\\');
            i = next < 0 ? end : i + next;
        }

        return end;
    }

    /// <summary>Makes what <paramref name="text"/> holds from <paramref name="start"/> on UTF-8: other bytes become
    /// U+FFFD, so that it may grow to three times its length.</summary>
    public static void ReplaceInvalid(int start, ref PooledBuffer text)
    {
        if (Utf8.IsValid(text.Span[start..]))
        {
            return;
        }

        var length = text.Length - start;
        var copy = ArrayPool<byte>.Shared.Rent(length);
        text.Span[start..].CopyTo(copy);
        text.Truncate(start);
        ReadOnlySpan<byte> rest = copy.AsSpan(0, length);
        while (!rest.IsEmpty)
        {
            var status = Rune.DecodeFromUtf8(rest, out _, out var consumed);
            text.Append(status == OperationStatus.Done ? rest[..consumed] : "\uFFFD"u8);
            rest = rest[consumed..];
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    /// <summary>True for bytes that look like text although nothing says so.</summary>
    public static bool LooksLikeText(ReadOnlySpan<byte> bytes) =>
        !bytes.Contains((byte)0) && Utf8.IsValid(bytes[..WholeCharacters(bytes)]);
}
