using System.Buffers;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>Writes JSON as text, compact, as far as functions need it.</summary>
internal static class JsonText
{
    private const int FirstPrintable = 0x20;

    private static readonly SearchValues<byte> ToEscape = SearchValues.Create(
        [.. Enumerable.Range(0, FirstPrintable).Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>Appends a string in quotes. Bytes that are no UTF-8 stay as they are.</summary>
    public static void AppendString(ReadOnlySpan<byte> value, StringArena result)
    {
        result.Append((byte)'"');
        AppendContent(value, result);
        result.Append((byte)'"');
    }

    /// <summary>Appends a part of a string, without quotes around it.</summary>
    public static void AppendContent(ReadOnlySpan<byte> value, StringArena result)
    {
        for (var next = value.IndexOfAny(ToEscape); next >= 0; next = value.IndexOfAny(ToEscape))
        {
            result.Append(value[..next]);
            AppendEscaped(value[next], result);
            value = value[(next + 1)..];
        }

        result.Append(value);
    }

    private static void AppendEscaped(byte code, StringArena result)
    {
        var letter = (char)code switch
        {
            '"' => '"',
            '\\' => '\\',
            '\b' => 'b',
            '\f' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            _ => 'u',
        };
        result.Append((byte)'\\');
        result.Append((byte)letter);
        if (letter == 'u')
        {
            result.Append("00"u8);
            result.Append((byte)('0' + (code >> 4)));
            result.Append((byte)"0123456789ABCDEF"[code & 15]);
        }
    }
}
