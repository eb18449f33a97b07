using System.Buffers.Text;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>What scripts see of a value that <see cref="JsonLookup"/> found.</summary>
internal static class JsonValue
{
    /// <summary>
    /// Appends a string as it is, null as nothing, and anything else as compact JSON; nothing for what is no value.
    /// </summary>
    public static void Append(ReadOnlySpan<byte> value, StringArena result)
    {
        var before = result.CellLength;
        var isValue = value[0] == '"'
            ? JsonString.TryAppend(value[1..^1], result)
            : value.SequenceEqual("null"u8) || TryAppendCompact(value, result);
        if (!isValue)
        {
            result.CutCell(before);
        }
    }

    /// <summary>A number without point and exponent that fits, else 0.</summary>
    public static long ToInt64(ReadOnlySpan<byte> value) =>
        JsonNumber.Classify(value) == JsonNumberKind.Integer && Utf8Parser.TryParse(value, out long number, out _)
            ? number
            : 0;

    /// <summary>A number with a point, an exponent or too many digits for 64 bits; else 0.</summary>
    public static double ToFloat64(ReadOnlySpan<byte> value) =>
        JsonNumber.Classify(value) == JsonNumberKind.Real && JsonNumber.TryGetDouble(value, out var number)
            ? number
            : 0;

    // Token by token; that brackets, commas and colons stand where they should is not checked.
    private static bool TryAppendCompact(ReadOnlySpan<byte> value, StringArena result)
    {
        for (var at = 0; at < value.Length; at = JsonLookup.SkipWhiteSpace(value, at))
        {
            var end = at + 1;
            switch (value[at])
            {
                case (byte)'"':
                    end = JsonString.IndexOfEnd(value, at + 1) + 1;
                    if (end == 0 || !JsonString.TryAppendQuoted(value[(at + 1)..(end - 1)], result))
                    {
                        return false;
                    }

                    break;
                case (byte)'{' or (byte)'}' or (byte)'[' or (byte)']' or (byte)',' or (byte)':':
                    result.Append(value[at]);
                    break;
                default:
                    end = JsonLookup.IndexOfScalarEnd(value, at);
                    if (!TryAppendScalar(value[at..end], result))
                    {
                        return false;
                    }

                    break;
            }

            at = end;
        }

        return true;
    }

    private static bool TryAppendScalar(ReadOnlySpan<byte> scalar, StringArena result)
    {
        switch (JsonNumber.Classify(scalar))
        {
            case JsonNumberKind.Integer:
                result.Append(scalar.SequenceEqual("-0"u8) ? "0"u8 : scalar);
                return true;
            case JsonNumberKind.Real:
                var isFinite = JsonNumber.TryGetDouble(scalar, out var number);
                JsonNumber.Append(number, result);
                return isFinite;
            default:
                result.Append(scalar);
                return scalar.SequenceEqual("true"u8) || scalar.SequenceEqual("false"u8)
                    || scalar.SequenceEqual("null"u8);
        }
    }
}
