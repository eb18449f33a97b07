using System.Buffers;
using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Json;

namespace PixieOrleans.Exec.Kernels;

/// <summary>Without the ASCII white space at both ends.</summary>
internal readonly struct Trim : IStringTransform
{
    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result) => result.Append(value.Trim(" \t\n\v\f\r"u8));
}

/// <summary>Right without left at its beginning; right as it is when it begins otherwise.</summary>
internal readonly struct StripPrefix : IStringPairTransform
{
    /// <inheritdoc/>
    public static void Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, StringArena result) =>
        result.Append(right.StartsWith(left) ? right[left.Length..] : right);
}

/// <summary>Every byte as "\x" and two digits, lower case.</summary>
internal readonly struct BytesToHex : IStringTransform
{
    private const int TextLength = 4; // of one byte

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result)
    {
        var text = result.Reserve(checked(value.Length * TextLength));
        foreach (var one in value)
        {
            (text[0], text[1]) = ((byte)'\\', (byte)'x');
            (text[2], text[3]) = (Digit(one >> 4), Digit(one & 15));
            text = text[TextLength..];
        }
    }

    private static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'a' - 10 + value);
}

/// <summary>Bytes out of pairs of hex digits; empty when the text has anything else.</summary>
internal readonly struct HexToBytes : IStringTransform
{
    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789abcdefABCDEF"u8);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result)
    {
        if (value.Length % 2 == 0 && !value.ContainsAnyExcept(Digits))
        {
            Convert.FromHexString(value, result.Reserve(value.Length / 2), out _, out _);
        }
    }
}

/// <summary>
/// The parts of left between occurrences of right, as a JSON array of strings; every character when right is empty.
/// </summary>
internal readonly struct Split : IStringPairTransform
{
    /// <inheritdoc/>
    public static void Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right, StringArena result)
    {
        result.Append((byte)'[');
        while (Next(left, right, out var start, out var end))
        {
            JsonText.AppendString(left[..start], result);
            result.Append((byte)',');
            left = left[end..];
        }

        JsonText.AppendString(left, result);
        result.Append((byte)']');
    }

    // Where the part at the head of the text ends and the rest begins; false when there is no rest.
    private static bool Next(ReadOnlySpan<byte> text, ReadOnlySpan<byte> delimiter, out int start, out int end)
    {
        if (delimiter.IsEmpty)
        {
            Rune.DecodeFromUtf8(text, out _, out start);
            end = start;
            return start < text.Length;
        }

        start = text.IndexOf(delimiter);
        end = start + delimiter.Length;
        return start >= 0;
    }
}
