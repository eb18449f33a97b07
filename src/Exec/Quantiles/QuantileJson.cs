using System.Buffers.Text;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Quantiles;

/// <summary>The text that scripts pluck quantiles from: a JSON object of seven doubles.</summary>
internal static class QuantileJson
{
    private const int MaxNumberBytes = 32;

    /// <summary>Appends the object to a cell; the digest is compressed.</summary>
    public static void Write(TDigest digest, StringArena output)
    {
        WriteMember("{\"p01\":"u8, digest.Quantile(0.01), output);
        WriteMember(",\"p10\":"u8, digest.Quantile(0.10), output);
        WriteMember(",\"p25\":"u8, digest.Quantile(0.25), output);
        WriteMember(",\"p50\":"u8, digest.Quantile(0.50), output);
        WriteMember(",\"p75\":"u8, digest.Quantile(0.75), output);
        WriteMember(",\"p90\":"u8, digest.Quantile(0.90), output);
        WriteMember(",\"p99\":"u8, digest.Quantile(0.99), output);
        output.Append((byte)'}');
    }

    // Always with a point: pluck_float64 reads a JSON integer as 0.0.
    private static void WriteMember(ReadOnlySpan<byte> name, double value, StringArena output)
    {
        output.Append(name);
        Span<byte> text = stackalloc byte[MaxNumberBytes];
        Utf8Formatter.TryFormat(value, text, out var length);
        text = text[..length];
        var exponent = text.IndexOf((byte)'E');
        var digits = exponent < 0 ? text : text[..exponent];
        output.Append(digits);
        if (!digits.Contains((byte)'.'))
        {
            output.Append(".0"u8);
        }

        output.Append(text[digits.Length..]);
    }
}
