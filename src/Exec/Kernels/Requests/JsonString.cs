using System.Buffers;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Requests;

/// <summary>Writes text as JSON strings, straight into a column.</summary>
internal static class JsonString
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    /// <summary>Appends a quoted string.</summary>
    /// <param name="text">UTF-8.</param>
    /// <param name="output">Takes it.</param>
    public static void Write(ReadOnlySpan<byte> text, StringArena output)
    {
        output.Append((byte)'"');
        WriteContent(text, output);
        output.Append((byte)'"');
    }

    /// <summary>Appends a part of a string, escaped but without quotes.</summary>
    public static void WriteContent(ReadOnlySpan<byte> text, StringArena output)
    {
        while (true)
        {
            var plain = text.IndexOfAny(Escaped);
            if (plain < 0)
            {
                output.Append(text);
                return;
            }

            output.Append(text[..plain]);
            WriteEscape(text[plain], output);
            text = text[(plain + 1)..];
        }
    }

    private static void WriteEscape(byte value, StringArena output)
    {
        var letter = value switch
        {
            (byte)'"' or (byte)'\\' => value,
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            _ => (byte)0,
        };
        output.Append((byte)'\\');
        if (letter != 0)
        {
            output.Append(letter);
            return;
        }

        output.Append("u00"u8);
        output.Append("0123456789ABCDEF"u8[value >> 4]);
        output.Append("0123456789ABCDEF"u8[value & 15]);
    }
}
