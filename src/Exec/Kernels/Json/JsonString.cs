using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Text;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>Strings as they are written in JSON: what stands between the quotes.</summary>
internal static class JsonString
{
    private const int FirstPrintable = 0x20; // a string may not contain the codes below
    private const int StackBytes = 256;
    private const int UnicodeEscapeLength = 6;

    private static readonly SearchValues<byte> Special = SearchValues.Create(
        [.. Enumerable.Range(0, FirstPrintable).Select(code => (byte)code), (byte)'\\']);

    /// <summary>Position of the quote that ends the string whose content begins at a position, or -1.</summary>
    public static int IndexOfEnd(ReadOnlySpan<byte> json, int at)
    {
        var (quotes, backslashes) = (Vector256.Create((byte)'"'), Vector256.Create((byte)'\\'));
        while (at <= json.Length - Vector256<byte>.Count)
        {
            var block = Vector256.Create(json.Slice(at, Vector256<byte>.Count));
            var found = (Vector256.Equals(block, quotes) | Vector256.Equals(block, backslashes))
                .ExtractMostSignificantBits();
            if (found == 0)
            {
                at += Vector256<byte>.Count;
                continue;
            }

            at += BitOperations.TrailingZeroCount(found);
            if (json[at] == '"')
            {
                return at;
            }

            at += 2; // a backslash and what it escapes
        }

        for (; at < json.Length; at++)
        {
            if (json[at] == '"')
            {
                return at;
            }

            at += json[at] == '\\' ? 1 : 0;
        }

        return -1;
    }

    /// <summary>Whether the content stands for these bytes.</summary>
    public static bool Equals(ReadOnlySpan<byte> content, ReadOnlySpan<byte> value)
    {
        if (!content.Contains((byte)'\\'))
        {
            return content.SequenceEqual(value);
        }

        if (content.Length <= value.Length)
        {
            return false; // an escape is longer than what it stands for
        }

        byte[]? rented = null;
        var buffer = content.Length <= StackBytes
            ? stackalloc byte[StackBytes]
            : rented = ArrayPool<byte>.Shared.Rent(content.Length);
        var length = Unescape(content, buffer);
        var isEqual = length >= 0 && buffer[..length].SequenceEqual(value);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return isEqual;
    }

    /// <summary>Appends what the content stands for; false when it is no JSON string.</summary>
    public static bool TryAppend(ReadOnlySpan<byte> content, StringArena result)
    {
        if (!content.ContainsAny(Special))
        {
            result.Append(content);
            return true;
        }

        var before = result.CellLength;
        var length = Unescape(content, result.Reserve(content.Length));
        result.CutCell(before + Math.Max(length, 0));
        return length >= 0;
    }

    /// <summary>Appends the content as a JSON string again, with only the escapes that have to be.</summary>
    public static bool TryAppendQuoted(ReadOnlySpan<byte> content, StringArena result)
    {
        if (!content.ContainsAny(Special))
        {
            result.Append((byte)'"');
            result.Append(content);
            result.Append((byte)'"');
            return true;
        }

        var rented = ArrayPool<byte>.Shared.Rent(content.Length);
        var length = Unescape(content, rented);
        if (length >= 0)
        {
            JsonText.AppendString(rented.AsSpan(0, length), result);
        }

        ArrayPool<byte>.Shared.Return(rented);
        return length >= 0;
    }

    // Number of bytes written, never more than the content has; -1 for a bad escape or a control character.
    private static int Unescape(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var plain = content.IndexOfAny(Special);
            var length = plain < 0 ? content.Length : plain;
            content[..length].CopyTo(destination[written..]);
            written += length;
            if (plain < 0)
            {
                return written;
            }

            content = content[plain..];
            var consumed = UnescapeOne(content, destination[written..], out var count);
            if (consumed == 0)
            {
                return -1;
            }

            written += count;
            content = content[consumed..];
        }
    }

    // Bytes of the escape at the head; 0 when there is none.
    private static int UnescapeOne(ReadOnlySpan<byte> content, Span<byte> destination, out int written)
    {
        written = 1;
        if (content.Length < 2 || content[0] != '\\')
        {
            return 0;
        }

        if (content[1] == 'u')
        {
            return UnescapeUnicode(content, destination, out written);
        }

        var index = "\"\\/bfnrt"u8.IndexOf(content[1]);
        if (index < 0)
        {
            return 0;
        }

        destination[0] = "\"\\/\b\f\n\r\t"u8[index];
        return 2;
    }

    private static int UnescapeUnicode(ReadOnlySpan<byte> content, Span<byte> destination, out int written)
    {
        written = 0;
        if (!TryReadUnit(content, out var unit))
        {
            return 0;
        }

        if (!char.IsSurrogate(unit))
        {
            written = new Rune(unit).EncodeToUtf8(destination);
            return UnicodeEscapeLength;
        }

        if (!TryReadUnit(content[UnicodeEscapeLength..], out var second)
            || !Rune.TryCreate(unit, second, out var rune))
        {
            return 0;
        }

        written = rune.EncodeToUtf8(destination);
        return 2 * UnicodeEscapeLength;
    }

    // "\u" and four digits.
    private static bool TryReadUnit(ReadOnlySpan<byte> content, out char unit)
    {
        unit = '\0';
        if (content.Length < UnicodeEscapeLength || !content.StartsWith("\\u"u8)
            || !Utf8Parser.TryParse(content[2..UnicodeEscapeLength], out ushort code, out var consumed, 'x')
            || consumed != UnicodeEscapeLength - 2)
        {
            return false;
        }

        unit = (char)code;
        return true;
    }
}
