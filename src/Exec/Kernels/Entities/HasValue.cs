using System.Text.Json;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>The left text is the right one, or a JSON array of strings that has it.</summary>
/// <remarks>A member that is no string ends the search. A text that is no JSON array is compared as it is.</remarks>
internal readonly struct HasValue : IStringPredicate
{
    /// <inheritdoc/>
    public static bool Apply(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var text = left.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty || text[0] != '[')
        {
            return left.SequenceEqual(right); // nearly every cell: one service is not written as an array
        }

        try
        {
            return IsInArray(text, right);
        }
        catch (JsonException)
        {
            return left.SequenceEqual(right);
        }
    }

    private static bool IsInArray(ReadOnlySpan<byte> array, ReadOnlySpan<byte> value)
    {
        var reader = new Utf8JsonReader(array);
        var (found, decided) = (false, false);
        reader.Read();
        while (reader.Read()) // to the end: the text has to be JSON as a whole
        {
            if (decided || (reader.CurrentDepth == 0 && reader.TokenType == JsonTokenType.EndArray))
            {
                continue;
            }

            found = reader.TokenType == JsonTokenType.String && reader.ValueTextEquals(value);
            decided = found || reader.TokenType != JsonTokenType.String;
        }

        return found;
    }
}
