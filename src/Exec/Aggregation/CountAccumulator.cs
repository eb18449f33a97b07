using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>count: rows of the group. State: the count, 8 bytes.</summary>
internal sealed class CountAccumulator(MemoryBudget budget) : Accumulator
{
    private long[] _counts = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_counts.Length < groups)
        {
            _counts = budget.Grow(_counts, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var counts = _counts;
        foreach (var group in groups)
        {
            counts[group]++;
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count) =>
        new Int64Column(_counts.AsSpan(start, count).ToArray());

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output) => output.AppendInt64(_counts[group]);

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state) =>
        _counts[group] = unchecked(_counts[group] + state.ReadCount());
}
