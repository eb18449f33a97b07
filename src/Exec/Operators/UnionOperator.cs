using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>All rows of several inputs; with a column time_ those of ordered inputs come out in its order.</summary>
/// <remarks>
/// A row's place is the greatest time that its input has had so far, so inputs that are nearly ordered stay nearly
/// ordered. Rows wait until every open input has sent one; past MaxUnionBytes they are handed on as they came.
/// </remarks>
internal sealed class UnionOperator : Operator
{
    private readonly ImmutableArray<ImmutableArray<int>> _columns; // by input: position of each output column
    private readonly TimeMerge? _merge; // null: rows are handed on as they come

    /// <summary>No rows yet.</summary>
    /// <param name="node">The plan node.</param>
    /// <param name="columns">By input, where each output column is in it.</param>
    /// <param name="ordered">Whether anybody sees in which order the rows come.</param>
    /// <param name="scope">What the operators share.</param>
    public UnionOperator(
        UnionNode node, ImmutableArray<ImmutableArray<int>> columns, bool ordered, ExecutionScope scope)
        : base(node, "union", scope)
    {
        _columns = columns;
        var time = IndexOfTime(node.Columns);
        if (ordered && time >= 0 && columns.Length > 1)
        {
            _merge = new TimeMerge(columns.Length, time, scope);
        }
    }

    /// <inheritdoc/>
    public override bool CanWait(int input) => _merge?.IsAhead(input) == true || ConsumersCanWait;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _merge?.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var columns = ImmutableArray.CreateBuilder<Column>(_columns[input].Length);
        foreach (var column in _columns[input])
        {
            columns.Add(batch.Columns[column]);
        }

        var rows = new RowBatch(columns.MoveToImmutable(), batch.Rows);
        if (_merge is null)
        {
            Emit(rows);
            return;
        }

        if (!_merge.TryAdd(input, rows))
        {
            while (_merge.TakeAny() is { } waiting)
            {
                Emit(waiting);
            }

            _merge.Pass(input, rows);
            Emit(rows);
        }
        else
        {
            EmitOrdered();
        }
    }

    /// <inheritdoc/>
    protected override void OnEnded(int input)
    {
        _merge?.End(input);
        EmitOrdered();
    }

    private static int IndexOfTime(ImmutableArray<ColumnSchema> columns)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i] is { Name: "time_", Type: DataType.Time64Ns })
            {
                return i;
            }
        }

        return -1;
    }

    private void EmitOrdered()
    {
        while (_merge is not null && ConsumersWantRows && _merge.TakeOrdered() is { } rows)
        {
            Emit(rows);
        }
    }
}
