namespace PixieOrleans.Protocols.Http;

/// <summary>Texts of cells: what a body is shown as, form decoding.</summary>
internal static class HttpText
{
    /// <summary>Stands for a body whose content type is not text.</summary>
    public static ReadOnlySpan<byte> NotText => "[REMOVED: content type is not text]"u8;

    /// <summary>Stands for a body without a content type.</summary>
    public static ReadOnlySpan<byte> UnknownType => "[REMOVED: content type is unknown]"u8;

    /// <summary>Stands for a body in a coding that is not inflated here.</summary>
    public static ReadOnlySpan<byte> UnknownCoding => "[REMOVED: content coding is not supported]"u8;

    /// <summary>Stands for a body that says it is compressed and is not.</summary>
    public static ReadOnlySpan<byte> NotInflated => "[REMOVED: body cannot be inflated]"u8;

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
