using System.Numerics;
using System.Runtime.CompilerServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>Which of two values wins.</summary>
internal interface IPreference<T>
{
    /// <summary>Whether the candidate replaces the value that has won so far.</summary>
    static abstract bool Replaces(T candidate, T best);
}

/// <summary>The smaller one; anything replaces NaN.</summary>
internal readonly struct Smaller<T> : IPreference<T>
    where T : INumber<T>
{
    /// <inheritdoc/>
    public static bool Replaces(T candidate, T best) => candidate < best || T.IsNaN(best);
}

/// <summary>The larger one; anything replaces NaN.</summary>
internal readonly struct Larger<T> : IPreference<T>
    where T : INumber<T>
{
    /// <inheritdoc/>
    public static bool Replaces(T candidate, T best) => candidate > best || T.IsNaN(best);
}

/// <summary>
/// min and max: NaN only when every value is NaN, 0 without rows. State: 1 byte, whether there are rows, then the
/// value, 8 bytes.
/// </summary>
internal sealed class ExtremeAccumulator<T, TPreference>(int column, DataType type, MemoryBudget budget) : Accumulator
    where T : unmanaged, INumber<T>
    where TPreference : struct, IPreference<T>
{
    private Best[] _bests = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_bests.Length < groups)
        {
            _bests = budget.Grow(_bests, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = ((FixedColumn<T>)batch.Columns[column]).Values[..groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            AddOne(groups[i], cells[i]);
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
        {
            values[i] = _bests[start + i].Value;
        }

        return FixedColumns.Create(type, values);
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        output.Append(_bests[group].Seen ? (byte)1 : (byte)0);
        output.AppendInt64(Unsafe.BitCast<T, long>(_bests[group].Value));
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        var seen = state.ReadBoolean();
        var value = Unsafe.BitCast<long, T>(state.ReadInt64());
        if (seen)
        {
            AddOne(group, value);
        }
    }

    private void AddOne(int group, T value)
    {
        ref var best = ref _bests[group];
        if (!best.Seen || TPreference.Replaces(value, best.Value))
        {
            (best.Value, best.Seen) = (value, true);
        }
    }

    private struct Best
    {
        public T Value;
        public bool Seen;
    }
}
