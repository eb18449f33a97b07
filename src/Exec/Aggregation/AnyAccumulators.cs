using System.Runtime.InteropServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>
/// any, of fixed width: the first value, 0 without rows. State: 1 byte, whether there are rows, then the value in its
/// own width, little endian.
/// </summary>
internal sealed class AnyAccumulator<T>(int column, DataType type, MemoryBudget budget) : Accumulator
    where T : unmanaged
{
    private T[] _values = [];
    private bool[] _seen = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_values.Length < groups)
        {
            _values = budget.Grow(_values, groups);
            _seen = budget.Grow(_seen, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = ((FixedColumn<T>)batch.Columns[column]).Values[..groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            ref var seen = ref _seen[groups[i]];
            if (!seen)
            {
                seen = true;
                _values[groups[i]] = cells[i];
            }
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count) =>
        FixedColumns.Create(type, _values.AsSpan(start, count).ToArray());

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        output.Append(_seen[group] ? (byte)1 : (byte)0);
        output.Append(MemoryMarshal.AsBytes(_values.AsSpan(group, 1)));
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        var seen = state.ReadBoolean();
        var bytes = state.Take(MemoryMarshal.AsBytes(_values.AsSpan(group, 1)).Length);
        if (typeof(T) == typeof(bool) && bytes[0] > 1)
        {
            throw new InvalidStateException($"A Boolean is {bytes[0]}.");
        }

        if (seen && !_seen[group])
        {
            _seen[group] = true;
            _values[group] = MemoryMarshal.Read<T>(bytes);
        }
    }
}

/// <summary>
/// any, of strings: the first value, empty without rows. State: 1 byte, whether there are rows, then the bytes.
/// </summary>
internal sealed class AnyStringAccumulator(int column, ExecutionOptions options, MemoryBudget budget) : Accumulator
{
    private readonly StringArena _output = new(options.MaxStringColumnBytes);
    private (int Start, int Length)[] _places = []; // in the arena; Start is one too high, so that 0 is unseen
    private byte[] _arena = [];
    private int _used;

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_places.Length < groups)
        {
            _places = budget.Grow(_places, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = (StringColumn)batch.Columns[column];
        for (var i = 0; i < groups.Length; i++)
        {
            if (_places[groups[i]].Start == 0)
            {
                Set(groups[i], cells.GetUtf8(i));
            }
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        _output.Start();
        for (var i = 0; i < count; i++)
        {
            _output.Append(ValueOf(start + i));
            _output.EndCell();
        }

        return _output.ToColumn();
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        output.Append(_places[group].Start == 0 ? (byte)0 : (byte)1);
        output.Append(ValueOf(group));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        var seen = state.ReadBoolean();
        var bytes = state.Take(state.Remaining);
        if (seen && _places[group].Start == 0)
        {
            Set(group, bytes);
        }
    }

    private ReadOnlySpan<byte> ValueOf(int group)
    {
        var (start, length) = _places[group];
        return start == 0 ? default : _arena.AsSpan(start - 1, length);
    }

    private void Set(int group, ReadOnlySpan<byte> value)
    {
        if (value.Length > _arena.Length - _used)
        {
            _arena = budget.Grow(_arena, checked(_used + value.Length));
        }

        value.CopyTo(_arena.AsSpan(_used));
        _places[group] = (_used + 1, value.Length);
        _used += value.Length;
    }
}
