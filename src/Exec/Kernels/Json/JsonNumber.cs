using System.Buffers.Text;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>What a number of JSON is taken for.</summary>
internal enum JsonNumberKind
{
    /// <summary>No JSON number.</summary>
    None,

    /// <summary>Without point and exponent, and 64 bits can hold it, with or without sign.</summary>
    Integer,

    /// <summary>Any other.</summary>
    Real,
}

/// <summary>Numbers as they are written in JSON.</summary>
internal static class JsonNumber
{
    private const int MaxNumberBytes = 32; // of a double in its shortest form
    private const int MaxIntegerDigits = 21; // more digits before the point are written with an exponent
    private const int MaxLeadingZeros = 5; // more zeros after the point are written with an exponent

    /// <summary>What the text is.</summary>
    public static JsonNumberKind Classify(ReadOnlySpan<byte> text)
    {
        var digits = text.StartsWith("-"u8) ? text[1..] : text;
        var at = SkipDigits(digits, 0);
        if (at == 0 || (at > 1 && digits[0] == '0'))
        {
            return JsonNumberKind.None;
        }

        if (at == digits.Length)
        {
            var fits = digits.Length == text.Length
                ? Utf8Parser.TryParse(text, out ulong _, out _)
                : Utf8Parser.TryParse(text, out long _, out _);
            return fits ? JsonNumberKind.Integer : JsonNumberKind.Real;
        }

        if (digits[at] == '.')
        {
            var fraction = at + 1;
            at = SkipDigits(digits, fraction);
            if (at == fraction)
            {
                return JsonNumberKind.None;
            }
        }

        return IsExponent(digits[at..]) ? JsonNumberKind.Real : JsonNumberKind.None;
    }

    /// <summary>The value of a number of any kind; false when no double can hold it.</summary>
    public static bool TryGetDouble(ReadOnlySpan<byte> text, out double value) =>
        Utf8Parser.TryParse(text, out value, out _) && double.IsFinite(value);

    /// <summary>
    /// Appends a double with the fewest digits that name it, always with a point (1.0) or an exponent (1e21).
    /// </summary>
    public static void Append(double value, StringArena result)
    {
        Span<byte> text = stackalloc byte[MaxNumberBytes];
        Utf8Formatter.TryFormat(Math.Abs(value), text, out var length);
        text = text[..length];
        var exponentAt = text.IndexOf((byte)'E');
        var exponent = 0;
        if (exponentAt >= 0 && Utf8Parser.TryParse(text[(exponentAt + 1)..], out exponent, out _))
        {
            text = text[..exponentAt];
        }

        var point = text.IndexOf((byte)'.');
        var before = point < 0 ? text.Length : point;
        if (point >= 0)
        {
            text[(point + 1)..].CopyTo(text[point..]); // the digits without the point
            text = text[..^1];
        }

        var zeros = text.IndexOfAnyExcept((byte)'0');
        var digits = zeros < 0 ? [] : text[zeros..].TrimEnd((byte)'0');
        if (double.IsNegative(value))
        {
            result.Append((byte)'-');
        }

        AppendDigits(digits, digits.IsEmpty ? 1 : before - zeros + exponent, result);
    }

    // The digits stand for 0.d1d2d3... times ten to the power of the point.
    private static void AppendDigits(ReadOnlySpan<byte> digits, int point, StringArena result)
    {
        if (point is > 0 and <= MaxIntegerDigits)
        {
            var whole = Math.Min(point, digits.Length);
            result.Append(digits[..whole]);
            result.Reserve(point - whole).Fill((byte)'0');
            result.Append((byte)'.');
            result.Append(whole == digits.Length ? "0"u8 : digits[whole..]);
        }
        else if (point is > -MaxLeadingZeros - 1 and <= 0)
        {
            result.Append("0."u8);
            result.Reserve(-point).Fill((byte)'0');
            result.Append(digits);
        }
        else
        {
            result.Append(digits[0]);
            if (digits.Length > 1)
            {
                result.Append((byte)'.');
                result.Append(digits[1..]);
            }

            result.Append((byte)'e');
            Int64TextExpression.Append(point - 1, result);
        }
    }

    private static int SkipDigits(ReadOnlySpan<byte> text, int at)
    {
        while (at < text.Length && char.IsAsciiDigit((char)text[at]))
        {
            at++;
        }

        return at;
    }

    // Nothing, or e, a sign perhaps, and digits.
    private static bool IsExponent(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return true;
        }

        var at = text.Length > 1 && text[1] is (byte)'+' or (byte)'-' ? 2 : 1;
        return text[0] is (byte)'e' or (byte)'E' && at < text.Length && SkipDigits(text, at) == text.Length;
    }
}
