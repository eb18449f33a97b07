using System.Text.Unicode;

namespace PixieOrleans.Protocols.Http;

/// <summary>Texts of cells: what a body is shown as, where a text may be cut, form decoding.</summary>
internal static class HttpText
{
    /// <summary>Follows a text that was cut.</summary>
    public static ReadOnlySpan<byte> TruncatedMark => "... [TRUNCATED]"u8;

    /// <summary>Stands for a body whose content type is not text.</summary>
    public static ReadOnlySpan<byte> NotText => "[REMOVED: content type is not text]"u8;

    /// <summary>Stands for a body without a content type.</summary>
    public static ReadOnlySpan<byte> UnknownType => "[REMOVED: content type is unknown]"u8;

    /// <summary>Stands for a body in a coding that is not inflated here.</summary>
    public static ReadOnlySpan<byte> UnknownCoding => "[REMOVED: content coding is not supported]"u8;

    /// <summary>Stands for a body that says it is compressed and is not.</summary>
    public static ReadOnlySpan<byte> NotInflated => "[REMOVED: body cannot be inflated]"u8;

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

    /// <summary>True for bytes that look like text although nothing says so.</summary>
    public static bool LooksLikeText(ReadOnlySpan<byte> bytes) =>
        !bytes.Contains((byte)0) && Utf8.IsValid(bytes[..WholeCharacters(bytes)]);

    /// <summary>
    /// Decodes application/x-www-form-urlencoded in place: plus to space, percent escapes to bytes; what is no escape
    /// stays. Returns the new length.
    /// </summary>
    public static int DecodeForm(Span<byte> text)
    {
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value == '%' && i + 2 < text.Length
                && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                value = (byte)((Digit(text[i + 1]) << 4) | Digit(text[i + 2]));
                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }

            text[length++] = value;
        }

        return length;
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;
}
