using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>mean: 0 without rows. State: sum (double) and count, 16 bytes.</summary>
internal sealed class MeanAccumulator<TCell, TConversion>(int column, MemoryBudget budget) : Accumulator
    where TCell : unmanaged
    where TConversion : struct, ICellConversion<TCell, double>
{
    private Total[] _totals = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_totals.Length < groups)
        {
            _totals = budget.Grow(_totals, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = ((FixedColumn<TCell>)batch.Columns[column]).Values[..groups.Length];
        var totals = _totals;
        for (var i = 0; i < groups.Length; i++)
        {
            ref var total = ref totals[groups[i]];
            total.Sum += TConversion.Convert(cells[i]);
            total.Count++;
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        var means = new double[count];
        for (var i = 0; i < count; i++)
        {
            var total = _totals[start + i];
            means[i] = total.Count == 0 ? 0 : total.Sum / total.Count;
        }

        return new Float64Column(means);
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        output.AppendFloat64(_totals[group].Sum);
        output.AppendInt64(_totals[group].Count);
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        ref var total = ref _totals[group];
        total.Sum += state.ReadFloat64();
        total.Count += state.ReadCount();
    }

    private struct Total
    {
        public double Sum;
        public long Count;
    }
}
