using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>
/// sample: one value of the group, each row with the same chance; empty without rows. Never computed partially.
/// </summary>
/// <remarks>A reservoir of one: the n-th row takes the place of the one before with a chance of 1/n.</remarks>
internal sealed class SampleAccumulator(
    int column, Random random, ExecutionOptions options, MemoryBudget budget) : Accumulator
{
    private readonly StringArena _output = new(options.MaxStringColumnBytes);
    private byte[]?[] _values = [];
    private long[] _rows = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_values.Length < groups)
        {
            _values = budget.Grow(_values, groups);
            _rows = budget.Grow(_rows, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = (StringColumn)batch.Columns[column];
        for (var i = 0; i < groups.Length; i++)
        {
            var group = groups[i];
            if (random.NextInt64(++_rows[group]) == 0)
            {
                Set(ref _values[group], cells.GetUtf8(i));
            }
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        _output.Start();
        for (var i = 0; i < count; i++)
        {
            _output.Append(_values[start + i]); // null is empty
            _output.EndCell();
        }

        return _output.ToColumn();
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output) => throw NeverPartial();

    /// <inheritdoc/>
    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state) => throw NeverPartial();

    private static InvalidPlanException NeverPartial() => new("sample is never computed partially.");

    private void Set(ref byte[]? value, ReadOnlySpan<byte> cell)
    {
        budget.Charge(cell.Length - (value?.Length ?? 0));
        value = cell.ToArray();
    }
}
