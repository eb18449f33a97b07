namespace PixieOrleans.Protocols.Http2;

/// <summary>
/// Header compression of one direction. Joined in the middle, or after a loss, fields that were sent before are not
/// known: they are marked, never guessed; those sent since are known.
/// </summary>
/// <remarks>
/// A field is a number (1xxxxxxx), a literal to be added to the table (01xxxxxx), a new size of the table (001xxxxx) or
/// another literal (0000xxxx, 0001xxxx). Source: RFC 7541 §6.
/// </remarks>
internal sealed class HpackDecoder
{
    private const int MaxInteger = 1 << 24; // larger ones have no use: texts are within a block

    private readonly HpackTable _table = new();

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => _table.RetainedBytes;

    /// <summary>The direction begins here.</summary>
    public void Start() => _table.Start();

    /// <summary>Blocks were lost.</summary>
    public void Lose() => _table.Lose();

    /// <summary>Gives the memory back.</summary>
    public void Release() => _table.Release();

    /// <summary>Adds the fields of a block to <paramref name="fields"/>. False when the block ends early or makes no
    /// sense: the fields before that are right, the table is lost.</summary>
    public bool Decode(ReadOnlySpan<byte> block, Http2Fields fields)
    {
        while (!block.IsEmpty)
        {
            var first = block[0];
            var read = (first & 0x80) != 0 ? ReadIndexed(ref block, fields)
                : (first & 0x40) != 0 ? ReadLiteral(ref block, 6, fields)
                : (first & 0x20) != 0 ? ReadSize(ref block)
                : ReadLiteral(ref block, 4, fields);
            if (!read)
            {
                _table.Lose();
                return false;
            }
        }

        return true;
    }

    private static bool TryReadInteger(ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        var mask = (1 << prefixBits) - 1;
        value = block.IsEmpty ? 0 : block[0] & mask;
        if (block.IsEmpty || value < mask)
        {
            var read = !block.IsEmpty;
            block = read ? block[1..] : block;
            return read;
        }

        for (var (i, shift) = (1, 0); i < block.Length && shift <= 21; i++, shift += 7)
        {
            value += (block[i] & 0x7f) << shift;
            if ((block[i] & 0x80) == 0)
            {
                block = block[(i + 1)..];
                return value <= MaxInteger;
            }
        }

        return false;
    }

    private static bool TryReadText(ref ReadOnlySpan<byte> block, Http2Fields fields)
    {
        var huffman = !block.IsEmpty && (block[0] & 0x80) != 0;
        if (!TryReadInteger(ref block, 7, out var length) || length > block.Length)
        {
            return false;
        }

        var text = block[..length];
        block = block[length..];
        return fields.Append(text, huffman);
    }

    private bool ReadIndexed(ref ReadOnlySpan<byte> block, Http2Fields fields)
    {
        if (!TryReadInteger(ref block, 7, out var index) || index == 0)
        {
            return false;
        }

        if (fields.IsFull)
        {
            fields.Skip(); // one byte may stand for thousands
            return true;
        }

        fields.BeginField();
        if (!AppendName(index, fields, out var unknown))
        {
            return false;
        }

        fields.EndName();
        var number = index - HpackStaticTable.Count - 1;
        var known = number < _table.Count;
        fields.Append(
            number < 0 ? HpackStaticTable.ValueOf(index) : known ? _table.ValueOf(number) : Http2Fields.Unknown);
        fields.EndField(unknown, valueUnknown: !known);
        return true;
    }

    private bool ReadLiteral(ref ReadOnlySpan<byte> block, int prefixBits, Http2Fields fields)
    {
        if (!TryReadInteger(ref block, prefixBits, out var index))
        {
            return false;
        }

        fields.BeginField();
        var unknown = false;
        if (!(index == 0 ? TryReadText(ref block, fields) : AppendName(index, fields, out unknown)))
        {
            return false;
        }

        fields.EndName();
        if (!TryReadText(ref block, fields))
        {
            return false;
        }

        if (prefixBits == 6)
        {
            _table.Add(fields.Name, fields.Value, unknown);
        }

        fields.EndField(unknown, valueUnknown: false);
        return true;
    }

    private bool ReadSize(ref ReadOnlySpan<byte> block)
    {
        if (!TryReadInteger(ref block, 5, out var bytes))
        {
            return false;
        }

        _table.Resize(bytes);
        return true;
    }

    // False for a number that a table seen from its beginning does not have.
    private bool AppendName(int index, Http2Fields fields, out bool unknown)
    {
        unknown = false;
        var number = index - HpackStaticTable.Count - 1;
        if (number < 0)
        {
            fields.Append(HpackStaticTable.NameOf(index));
            return true;
        }

        if (number < _table.Count)
        {
            fields.Append(_table.NameOf(number, out unknown));
            return true;
        }

        unknown = true;
        fields.Append(Http2Fields.Unknown);
        return _table.IsIncomplete;
    }
}
