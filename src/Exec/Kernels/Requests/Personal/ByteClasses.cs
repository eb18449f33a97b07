namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>Classes of ASCII bytes.</summary>
internal static class ByteClasses
{
    public static bool IsDigit(byte value) => value is >= (byte)'0' and <= (byte)'9';

    public static bool IsHex(byte value) => IsDigit(value) || (value | 0x20) is >= 'a' and <= 'f';

    public static bool IsLetter(byte value) => (value | 0x20) is >= 'a' and <= 'z';

    public static bool IsAlphanumeric(byte value) => IsDigit(value) || IsLetter(value);

    /// <summary>The byte at a position, or 0 outside the text.</summary>
    public static byte At(ReadOnlySpan<byte> text, int position) =>
        (uint)position < (uint)text.Length ? text[position] : (byte)0;
}
