using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Grouping;

/// <summary>Numbers the distinct cells of one key column 0, 1, 2, … in the order in which they come.</summary>
internal abstract class KeyColumn
{
    /// <summary>Number of distinct cells so far.</summary>
    public abstract int Count { get; }

    /// <summary>An empty table for cells of a type.</summary>
    public static KeyColumn Create(DataType type, MemoryBudget budget) => type switch
    {
        DataType.Boolean => new BooleanKeys(),
        DataType.Int64 or DataType.Time64Ns => new Int64Keys(type, budget),
        DataType.Float64 => new Float64Keys(budget),
        DataType.UInt128 => new UInt128Keys(budget),
        DataType.String => new StringKeys(budget),
        _ => throw new InvalidPlanException($"Cannot group by a column of type {type}."),
    };

    /// <summary>Writes the id of every cell.</summary>
    public abstract void Encode(Column column, Span<int> ids);

    /// <summary>Writes the id of every cell, -1 for cells that were never encoded.</summary>
    public abstract void Find(Column column, Span<int> ids);

    /// <summary>The cells with these ids.</summary>
    public abstract Column Decode(ReadOnlySpan<int> ids);
}

/// <summary>Boolean keys.</summary>
internal sealed class BooleanKeys : KeyColumn
{
    private readonly int[] _idOf = [-1, -1];
    private readonly bool[] _values = new bool[2];
    private int _count;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> ids)
    {
        var cells = ((BooleanColumn)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            ref var id = ref _idOf[cells[i] ? 1 : 0];
            if (id < 0)
            {
                _values[_count] = cells[i];
                id = _count++;
            }

            ids[i] = id;
        }
    }

    /// <inheritdoc/>
    public override void Find(Column column, Span<int> ids)
    {
        var cells = ((BooleanColumn)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            ids[i] = _idOf[cells[i] ? 1 : 0];
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> ids)
    {
        var cells = new bool[ids.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = _values[ids[i]];
        }

        return new BooleanColumn(cells);
    }
}

/// <summary>Int64 and Time64Ns keys.</summary>
internal sealed class Int64Keys(DataType type, MemoryBudget budget) : KeyColumn
{
    private readonly Int64IdTable _table = new(budget);

    /// <inheritdoc/>
    public override int Count => _table.Count;

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> ids) =>
        _table.GetOrAdd(((Int64Column)column).Values, ids);

    /// <inheritdoc/>
    public override void Find(Column column, Span<int> ids) => _table.Find(((Int64Column)column).Values, ids);

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> ids)
    {
        var cells = new long[ids.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = _table[ids[i]];
        }

        return new Int64Column(cells, type);
    }
}

/// <summary>Float64 keys: -0 is the same as 0, and every NaN the same as every other.</summary>
internal sealed class Float64Keys(MemoryBudget budget) : KeyColumn
{
    private readonly Int64IdTable _table = new(budget);

    /// <inheritdoc/>
    public override int Count => _table.Count;

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> ids)
    {
        var cells = ((Float64Column)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            ids[i] = _table.GetOrAdd(BitsOf(cells[i]));
        }
    }

    /// <inheritdoc/>
    public override void Find(Column column, Span<int> ids)
    {
        var cells = ((Float64Column)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            ids[i] = _table.Find(BitsOf(cells[i]));
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> ids)
    {
        var cells = new double[ids.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = BitConverter.Int64BitsToDouble(_table[ids[i]]);
        }

        return new Float64Column(cells);
    }

    private static long BitsOf(double cell) =>
        BitConverter.DoubleToInt64Bits(double.IsNaN(cell) ? double.NaN : cell + 0.0); // -0 + 0 is 0
}

/// <summary>UInt128 keys, as pairs of their halves.</summary>
internal sealed class UInt128Keys(MemoryBudget budget) : KeyColumn
{
    private readonly Int64IdTable _uppers = new(budget);
    private readonly Int64IdTable _lowers = new(budget);
    private readonly Int64IdTable _pairs = new(budget);

    /// <inheritdoc/>
    public override int Count => _pairs.Count;

    /// <inheritdoc/>
    public override void Encode(Column column, Span<int> ids)
    {
        var cells = ((UInt128Column)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            if (i > 0 && cells[i] == cells[i - 1])
            {
                ids[i] = ids[i - 1]; // rows of one process come in runs
                continue;
            }

            var upper = _uppers.GetOrAdd((long)(ulong)(cells[i] >> 64));
            var lower = _lowers.GetOrAdd((long)(ulong)cells[i]);
            ids[i] = _pairs.GetOrAdd(GroupKeys.Pair(upper, lower));
        }
    }

    /// <inheritdoc/>
    public override void Find(Column column, Span<int> ids)
    {
        var cells = ((UInt128Column)column).Values;
        for (var i = 0; i < cells.Length; i++)
        {
            ids[i] = i > 0 && cells[i] == cells[i - 1] ? ids[i - 1] : Find(cells[i]);
        }
    }

    /// <inheritdoc/>
    public override Column Decode(ReadOnlySpan<int> ids)
    {
        var cells = new UInt128[ids.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            var (upper, lower) = GroupKeys.Unpair(_pairs[ids[i]]);
            cells[i] = new UInt128((ulong)_uppers[upper], (ulong)_lowers[lower]);
        }

        return new UInt128Column(cells);
    }

    private int Find(UInt128 cell)
    {
        var upper = _uppers.Find((long)(ulong)(cell >> 64));
        var lower = upper < 0 ? -1 : _lowers.Find((long)(ulong)cell);
        return lower < 0 ? -1 : _pairs.Find(GroupKeys.Pair(upper, lower));
    }
}
