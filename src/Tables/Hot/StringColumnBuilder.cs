using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Hot;

/// <summary>Builder of string cells: offsets and an arena.</summary>
internal sealed class StringColumnBuilder : ColumnBuilder
{
    private const int InitialArenaBytes = 256;

    private int[] _offsets = new int[1]; // cell i ends at _offsets[i + 1]
    private byte[] _arena = [];
    private int _length;

    /// <inheritdoc/>
    public override long CapacityBytes => ((long)_offsets.Length * sizeof(int)) + _arena.Length;

    /// <inheritdoc/>
    public override long UsedBytes => ((long)_length * sizeof(int)) + _offsets[_length];

    /// <summary>Appends a copy of <paramref name="utf8"/>; true when the arrays grew.</summary>
    public bool Append(ReadOnlySpan<byte> utf8)
    {
        var grew = false;
        var start = _offsets[_length];
        if (_arena.Length - start < utf8.Length)
        {
            GrowArena(start + utf8.Length);
            grew = true;
        }

        if (_length + 1 == _offsets.Length)
        {
            var larger = new int[Math.Max(InitialCells, _length * 2) + 1];
            _offsets.CopyTo(larger, 0);
            Volatile.Write(ref _offsets, larger);
            grew = true;
        }

        utf8.CopyTo(_arena.AsSpan(start));
        _offsets[++_length] = start + utf8.Length;
        return grew;
    }

    /// <inheritdoc/>
    public override void Truncate(int rows) => _length = Math.Min(_length, rows);

    /// <inheritdoc/>
    public override void Clear()
    {
        var used = _offsets[_length];
        if (_arena.Length > 4 * Math.Max(used, InitialArenaBytes))
        {
            _arena = new byte[2 * used];
        }

        if (_offsets.Length > 4 * Math.Max(_length, InitialCells))
        {
            _offsets = new int[(2 * _length) + 1];
        }

        _length = 0;
    }

    /// <inheritdoc/>
    public override Column View(int rows) =>
        new ArenaStringColumn(Volatile.Read(ref _offsets).AsMemory(0, rows + 1), Volatile.Read(ref _arena));

    private void GrowArena(int needed)
    {
        var larger = new byte[Math.Max(Math.Max(InitialArenaBytes, needed), _arena.Length * 2)];
        _arena.AsSpan(0, _offsets[_length]).CopyTo(larger);
        Volatile.Write(ref _arena, larger);
    }
}
