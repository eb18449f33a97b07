using System.Text;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http;

/// <summary>
/// Headers as one flat JSON object, name to value, names as sent. Values of a repeated name are joined with ", ".
/// Bytes that are not UTF-8 become U+FFFD.
/// </summary>
internal static class HttpHeaderJson
{
    private const int EntryOverheadBytes = 6; // "":"",

    /// <summary>Appends the object, at most <paramref name="limit"/> bytes of it.</summary>
    /// <returns>False when entries that did not fit were left out, or the only one was cut.</returns>
    public static bool Write(
        ReadOnlySpan<byte> data, ReadOnlySpan<HeaderField> fields, int limit, ref PooledBuffer text)
    {
        var start = text.Length;
        text.GetSpan(Math.Min(limit, 1024));
        text.Append("{"u8);
        var repeated = Repeated(data, fields);
        for (var i = 0; i < fields.Length; i++)
        {
            var name = fields[i].Name.Of(data);
            var value = fields[i].Value.Of(data);
            var entry = text.Length;
            var comma = entry > start + 1;
            var mayRepeat = (repeated & Bit(name)) != 0;
            if (mayRepeat && IndexOf(data, fields[..i], name) >= 0)
            {
                continue; // joined to the first of this name
            }

            var length = name.Length + value.Length + EntryOverheadBytes;
            if (!mayRepeat && length < start + limit - entry && JsonText.IsPlain(value))
            {
                WritePlain(name, value, comma, ref text);
                continue;
            }

            WriteEntry(data, mayRepeat ? fields[i..] : fields.Slice(i, 1), comma, limit, ref text);
            if (text.Length - start >= limit)
            {
                Cut(start, entry, limit, ref text);
                return false;
            }
        }

        text.Append("}"u8);
        return true;
    }

    private static void WriteEntry(
        ReadOnlySpan<byte> data, ReadOnlySpan<HeaderField> fields, bool comma, int limit, ref PooledBuffer text)
    {
        var name = fields[0].Name.Of(data);
        var value = fields[0].Value.Of(data);
        var end = text.Length + limit; // what goes beyond is cut again: a long value need not grow the buffer
        text.Append(comma ? ",\""u8 : "\""u8);
        text.Append(name[..Math.Min(name.Length, limit)]); // a token: nothing to escape
        text.Append("\":\""u8);
        JsonText.WriteEscaped(value[..Math.Min(value.Length, limit)], ref text);
        for (var i = 1; i < fields.Length && text.Length < end; i++)
        {
            if (fields[i].Name.Length == name.Length && Ascii.EqualsIgnoreCase(fields[i].Name.Of(data), name))
            {
                value = fields[i].Value.Of(data);
                text.Append(", "u8);
                JsonText.WriteEscaped(value[..Math.Min(value.Length, limit)], ref text);
            }
        }

        text.Append("\""u8);
    }

    // The common entry, in one piece: nothing to escape, not repeated, fits.
    private static void WritePlain(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool comma, ref PooledBuffer text)
    {
        var entry = text.GetSpan(name.Length + value.Length + EntryOverheadBytes);
        var at = 0;
        if (comma)
        {
            entry[at++] = (byte)',';
        }

        entry[at++] = (byte)'"';
        name.CopyTo(entry[at..]);
        at += name.Length;
        entry[at++] = (byte)'"';
        entry[at++] = (byte)':';
        entry[at++] = (byte)'"';
        value.CopyTo(entry[at..]);
        at += value.Length;
        entry[at++] = (byte)'"';
        text.Advance(at);
    }

    // Leaves out the entry that began at entry; when it is the first, keeps the beginning of its value.
    private static void Cut(int start, int entry, int limit, ref PooledBuffer text)
    {
        var first = entry == start + 1;
        var end = start + limit - 1;
        if (first)
        {
            end -= Utf8Text.TruncatedMark.Length + 1;
        }

        var valueStart = first && end > entry ? text.Span[entry..end].IndexOf("\":\""u8) : -1;
        if (!first || valueStart < 0)
        {
            text.Truncate(entry);
            text.Append("}"u8);
            return;
        }

        var value = entry + valueStart + 3;
        text.Truncate(value + Utf8Text.WholeEscapes(text.Span[value..Math.Max(value, end)]));
        text.Append(Utf8Text.TruncatedMark);
        text.Append("\"}"u8);
    }

    private static int IndexOf(ReadOnlySpan<byte> data, ReadOnlySpan<HeaderField> fields, ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            if (fields[i].Name.Length == name.Length && Ascii.EqualsIgnoreCase(fields[i].Name.Of(data), name))
            {
                return i;
            }
        }

        return -1;
    }

    // Bits of the names that may be there more than once.
    private static ulong Repeated(ReadOnlySpan<byte> data, ReadOnlySpan<HeaderField> fields)
    {
        var (seen, repeated) = (0UL, 0UL);
        foreach (var field in fields)
        {
            var bit = Bit(field.Name.Of(data));
            repeated |= seen & bit;
            seen |= bit;
        }

        return repeated;
    }

    // One of 64 bits for a name, the same in either case of its letters.
    private static ulong Bit(ReadOnlySpan<byte> name) =>
        1UL << (((name.Length * 5) + ((name[0] | 0x20) * 3) + (name[^1] | 0x20)) & 63);
}
