using System.Numerics;
using System.Runtime.CompilerServices;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>sum: Int64 sums wrap. State: the sum, 8 bytes.</summary>
internal sealed class SumAccumulator<TCell, TSum, TConversion>(int column, DataType type, MemoryBudget budget)
    : Accumulator
    where TCell : unmanaged
    where TSum : unmanaged, INumber<TSum>
    where TConversion : struct, ICellConversion<TCell, TSum>
{
    private TSum[] _sums = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_sums.Length < groups)
        {
            _sums = budget.Grow(_sums, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = ((FixedColumn<TCell>)batch.Columns[column]).Values[..groups.Length];
        var sums = _sums;
        for (var i = 0; i < groups.Length; i++)
        {
            ref var sum = ref sums[groups[i]];
            sum = unchecked(sum + TConversion.Convert(cells[i]));
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count) =>
        FixedColumns.Create(type, _sums.AsSpan(start, count).ToArray());

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output) =>
        output.AppendInt64(Unsafe.BitCast<TSum, long>(_sums[group]));

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        ref var sum = ref _sums[group];
        sum = unchecked(sum + Unsafe.BitCast<long, TSum>(state.ReadInt64()));
    }
}
