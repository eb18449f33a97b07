namespace PixieOrleans.Tables;

/// <summary>Cuts UTF-8 text without leaving half a character.</summary>
internal static class Utf8Cut
{
    /// <summary>The longest prefix of at most <paramref name="bytes"/> bytes that ends between characters.</summary>
    public static ReadOnlySpan<byte> AtMost(ReadOnlySpan<byte> utf8, int bytes)
    {
        if (utf8.Length <= bytes)
        {
            return utf8;
        }

        var end = bytes;
        while (end > 0 && end > bytes - 4 && (utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return utf8[..((utf8[end] & 0xC0) == 0x80 ? bytes : end)];
    }
}
