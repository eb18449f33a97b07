using System.Buffers;
using System.Text;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Text;

/// <summary>The inside of JSON strings. Bytes that are not UTF-8 become U+FFFD.</summary>
internal static class JsonText
{
    // What JSON escapes, and what may not be UTF-8.
    private static readonly SearchValues<byte> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Append('"').Append('\\').Append(0x7f).Select(b => (byte)b),
         .. Enumerable.Range(0x80, 0x80).Select(b => (byte)b)]);

    /// <summary>Whether text can stand inside a JSON string as it is.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> value) => value.IndexOfAny(Unsafe) < 0;

    /// <summary>Appends text as the inside of a JSON string.</summary>
    public static void WriteEscaped(ReadOnlySpan<byte> value, ref PooledBuffer text)
    {
        while (!value.IsEmpty)
        {
            var plain = value.IndexOfAny(Unsafe);
            if (plain < 0)
            {
                text.Append(value);
                return;
            }

            text.Append(value[..plain]);
            value = value[plain..];
            value = value[WriteUnsafe(value, ref text)..];
        }
    }

    private static int WriteUnsafe(ReadOnlySpan<byte> value, ref PooledBuffer text)
    {
        var first = value[0];
        if (first >= 0x80)
        {
            var status = Rune.DecodeFromUtf8(value, out var rune, out var consumed);
            var bytes = status == OperationStatus.Done ? consumed : 0;
            text.Append(bytes > 0 ? value[..bytes] : "\uFFFD"u8);
            return Math.Max(1, consumed);
        }

        switch (first)
        {
            case (byte)'"':
                text.Append("\\\""u8);
                break;
            case (byte)'\\':
                text.Append("\\\\"u8);
                break;
            case (byte)'\t':
                text.Append("\\t"u8);
                break;
            case (byte)'\r':
                text.Append("\\r"u8);
                break;
            case (byte)'\n':
                text.Append("\\n"u8);
                break;
            default:
                var hex = "0123456789abcdef"u8;
                text.Append([(byte)'\\', (byte)'u', (byte)'0', (byte)'0', hex[first >> 4], hex[first & 15]]);
                break;
        }

        return 1;
    }
}
