using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Grouping;

/// <summary>String keys; a dictionary's value is looked up once per batch of the table, not once per row.</summary>
internal sealed class StringKeys(MemoryBudget budget) : KeyColumn
{
    private const int NotSought = -2;

    private readonly Utf8IdTable _table = new(budget);
    private ArenaStringColumn? _known;
    private int[] _idOfCode = []; // for the dictionary _known; -1: not seen yet
    private ArenaStringColumn? _soughtIn;
    private int[] _foundOfCode = []; // for the dictionary _soughtIn; NotSought, else what Find yields

    /// <inheritdoc/>
    public override int Count => _table.Count;

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> ids)
    {
        if (column is DictionaryStringColumn encoded)
        {
            EncodeCodes(encoded, ids);
        }
        else
        {
            EncodeArena((ArenaStringColumn)column, ids);
        }
    }

    /// <inheritdoc/>
    public override void Find(Column column, Span<int> ids)
    {
        if (column is DictionaryStringColumn encoded)
        {
            FindCodes(encoded, ids);
            return;
        }

        var cells = (ArenaStringColumn)column;
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = _table.Find(cells.GetUtf8(i));
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> ids)
    {
        var offsets = new int[ids.Length + 1];
        var length = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            length = checked(length + _table[ids[i]].Length);
            offsets[i + 1] = length;
        }

        var arena = new byte[length];
        for (var i = 0; i < ids.Length; i++)
        {
            _table[ids[i]].CopyTo(arena.AsSpan(offsets[i]));
        }

        return new ArenaStringColumn(offsets, arena);
    }

    private void EncodeCodes(DictionaryStringColumn encoded, Span<int> ids)
    {
        if (!ReferenceEquals(encoded.Dictionary, _known))
        {
            if (_idOfCode.Length < encoded.Dictionary.Length)
            {
                _idOfCode = budget.Grow(_idOfCode, encoded.Dictionary.Length);
            }

            _idOfCode.AsSpan(0, encoded.Dictionary.Length).Fill(-1);
            _known = encoded.Dictionary;
        }

        var codes = encoded.Codes.Span;
        var idOfCode = _idOfCode;
        ids = ids[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            ref var id = ref idOfCode[codes[i]];
            if (id < 0)
            {
                id = _table.GetOrAdd(_known.GetUtf8(codes[i]));
            }

            ids[i] = id;
        }
    }

    private void FindCodes(DictionaryStringColumn encoded, Span<int> ids)
    {
        if (!ReferenceEquals(encoded.Dictionary, _soughtIn))
        {
            if (_foundOfCode.Length < encoded.Dictionary.Length)
            {
                _foundOfCode = budget.Grow(_foundOfCode, encoded.Dictionary.Length);
            }

            _foundOfCode.AsSpan(0, encoded.Dictionary.Length).Fill(NotSought);
            _soughtIn = encoded.Dictionary;
        }

        var codes = encoded.Codes.Span;
        ids = ids[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            ref var id = ref _foundOfCode[codes[i]];
            if (id == NotSought)
            {
                id = _table.Find(_soughtIn.GetUtf8(codes[i]));
            }

            ids[i] = id;
        }
    }

    private void EncodeArena(ArenaStringColumn arena, Span<int> ids)
    {
        var offsets = arena.Offsets.Span;
        var bytes = arena.Arena.Span;
        var start = offsets[0];
        for (var i = 0; i < offsets.Length - 1; i++)
        {
            var end = offsets[i + 1];
            ids[i] = _table.GetOrAdd(bytes[start..end]);
            start = end;
        }
    }
}
