using System.Buffers;

namespace PixieOrleans.Exec.Kernels.Json;

/// <summary>Finds one value in JSON text without reading what it does not need.</summary>
/// <remarks>
/// Valid JSON yields the value exactly. Of text that is not JSON this is noticed in any case: a beginning or an end
/// without the bracket (a body that was cut), and a value that is none. What stands before and behind the value is
/// checked no further than it takes to find the value.
/// </remarks>
internal static class JsonLookup
{
    private static readonly SearchValues<byte> QuotesAndBrackets = SearchValues.Create("\"{}[]"u8);

    private static readonly SearchValues<byte> EndsOfScalars = SearchValues.Create(",}] \t\r\n"u8);

    // What stands between strings; a name of nothing else could be found there.
    private static readonly SearchValues<byte> BetweenStrings = SearchValues.Create(
        " \t\r\n,:{}[]0123456789+-.eEtrufalsn"u8);

    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(code => (byte)code), (byte)'"', (byte)'\\']);

    /// <summary>The value of the first member with this name.</summary>
    /// <param name="json">An object, else nothing is found.</param>
    /// <param name="name">Name of the member, as UTF-8 without escapes.</param>
    /// <param name="value">Its value as it is written.</param>
    public static bool TryGetMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!TryEnter(json, (byte)'{', (byte)'}', out var at))
        {
            return false;
        }

        if (TryGetFlatMember(json, at, name, out var isPresent, out value))
        {
            return isPresent;
        }

        while (at < json.Length && json[at] == '"')
        {
            var nameEnd = JsonString.IndexOfEnd(json, at + 1);
            if (nameEnd < 0)
            {
                return false;
            }

            var isWanted = JsonString.Equals(json[(at + 1)..nameEnd], name);
            at = SkipWhiteSpace(json, nameEnd + 1);
            if (at >= json.Length || json[at] != ':')
            {
                return false;
            }

            at = SkipWhiteSpace(json, at + 1);
            var end = IndexOfValueEnd(json, at);
            if (end < 0 || isWanted)
            {
                value = end < 0 ? default : json[at..end];
                return end >= 0;
            }

            at = NextAfterComma(json, end);
        }

        return false;
    }

    /// <summary>The item at a position, from 0.</summary>
    /// <param name="json">An array, else nothing is found.</param>
    /// <param name="index">The position.</param>
    /// <param name="value">The item as it is written.</param>
    public static bool TryGetItem(ReadOnlySpan<byte> json, long index, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (index < 0 || !TryEnter(json, (byte)'[', (byte)']', out var at))
        {
            return false;
        }

        while (at < json.Length)
        {
            var end = IndexOfValueEnd(json, at);
            if (end < 0 || index == 0)
            {
                value = end < 0 ? default : json[at..end];
                return end >= 0;
            }

            index--;
            at = NextAfterComma(json, end);
        }

        return false;
    }

    /// <summary>The first position from <paramref name="at"/> on that is not white space.</summary>
    public static int SkipWhiteSpace(ReadOnlySpan<byte> json, int at)
    {
        while (at < json.Length && json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
        {
            at++;
        }

        return at;
    }

    /// <summary>The position after a number or a word (true, false, null) that begins at a position.</summary>
    public static int IndexOfScalarEnd(ReadOnlySpan<byte> json, int at)
    {
        var length = json[at..].IndexOfAny(EndsOfScalars);
        return length < 0 ? json.Length : at + length;
    }

    // Without nested values and escapes before it, a name in quotes with a colon behind is a member of the object: a
    // quote outside of strings could only begin one. So the members before need not be read. False when unsure.
    private static bool TryGetFlatMember(
        ReadOnlySpan<byte> json, int at, ReadOnlySpan<byte> name, out bool isPresent, out ReadOnlySpan<byte> value)
    {
        isPresent = false;
        value = default;
        if (!name.ContainsAnyExcept(BetweenStrings) || name.ContainsAny(Escaped))
        {
            return false;
        }

        var begin = at;
        for (var next = json[at..].IndexOf(name); next >= 0; next = json[at..].IndexOf(name))
        {
            var start = at + next;
            at = start + name.Length;
            var colon = SkipWhiteSpace(json, at + 1);
            if (colon >= json.Length || json[colon] != ':' || json[at] != '"' || json[start - 1] != '"')
            {
                continue;
            }

            var from = SkipWhiteSpace(json, colon + 1);
            var end = IndexOfValueEnd(json, from);
            isPresent = end >= 0;
            value = isPresent ? json[from..end] : default;
            return !json[begin..start].ContainsAny((byte)'{', (byte)'[', (byte)'\\');
        }

        return !json[begin..].Contains((byte)'\\');
    }

    private static bool TryEnter(ReadOnlySpan<byte> json, byte open, byte close, out int at)
    {
        at = SkipWhiteSpace(json, 0);
        if (at >= json.Length || json[at] != open || json.TrimEnd(" \n\r\t"u8)[^1] != close)
        {
            return false;
        }

        at = SkipWhiteSpace(json, at + 1);
        return true;
    }

    // Where the next member or item begins; the end of the text when there is none.
    private static int NextAfterComma(ReadOnlySpan<byte> json, int at)
    {
        at = SkipWhiteSpace(json, at);
        return at < json.Length && json[at] == ',' ? SkipWhiteSpace(json, at + 1) : json.Length;
    }

    private static int IndexOfValueEnd(ReadOnlySpan<byte> json, int at)
    {
        if (at >= json.Length)
        {
            return -1;
        }

        if (json[at] == '"')
        {
            var quote = JsonString.IndexOfEnd(json, at + 1);
            return quote < 0 ? -1 : quote + 1;
        }

        if (json[at] is (byte)'{' or (byte)'[')
        {
            return IndexOfNestedEnd(json, at);
        }

        var end = IndexOfScalarEnd(json, at);
        return end == at ? -1 : end;
    }

    private static int IndexOfNestedEnd(ReadOnlySpan<byte> json, int at)
    {
        var depth = 0;
        while (true)
        {
            var next = json[at..].IndexOfAny(QuotesAndBrackets);
            if (next < 0)
            {
                return -1;
            }

            at += next + 1;
            switch (json[at - 1])
            {
                case (byte)'"':
                    at = JsonString.IndexOfEnd(json, at) + 1;
                    if (at == 0)
                    {
                        return -1;
                    }

                    break;
                case (byte)'{' or (byte)'[':
                    depth++;
                    break;
                default:
                    if (--depth == 0)
                    {
                        return at;
                    }

                    break;
            }
        }
    }
}
