using System.Collections.Immutable;
using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Groups rows; yields groups in the order of their first row when the input has ended.</summary>
/// <remarks>Without keys there is exactly one group, also over no rows: its values are those types' zero.</remarks>
internal sealed class AggregateOperator : Operator
{
    private readonly AggregateNode _node;
    private readonly GroupKeys _keys;
    private readonly Accumulator[] _accumulators;
    private readonly int[] _stateColumns; // in mode Final
    private ScratchBuffer<int> _groups;

    /// <summary>No groups yet.</summary>
    /// <exception cref="InvalidPlanException">The node does not fit its input.</exception>
    public AggregateOperator(
        AggregateNode node, ImmutableArray<ColumnSchema> input, ExecutionScope scope)
        : base(node, "aggregate", scope)
    {
        _node = node;
        RequireOutput(node);
        var columns = new int[node.GroupBy.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = ExpressionCompiler.IndexOf(input, node.GroupBy[i], node.Columns[i].Type);
        }

        _keys = new GroupKeys(input, columns, scope.Aggregates);
        _accumulators = new Accumulator[node.Aggregates.Length];
        _stateColumns = new int[node.Aggregates.Length];
        for (var i = 0; i < _accumulators.Length; i++)
        {
            CreateAccumulator(i, input);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _keys.Dispose();
        _groups.Release();
        foreach (var accumulator in _accumulators)
        {
            accumulator.Dispose();
        }

        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        var groups = _keys.Count;
        EnsureGroups(groups);
        for (var start = 0; start < groups && ConsumersWantRows; start += Scope.Options.MaxBatchRows)
        {
            Emit(Finish(start, Math.Min(Scope.Options.MaxBatchRows, groups - start)));
        }
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var groups = _groups.Get(batch.Rows);
        _keys.Assign(batch, groups);
        EnsureGroups(_keys.Count);
        for (var i = 0; i < _accumulators.Length; i++)
        {
            if (IsFinal)
            {
                _accumulators[i].Merge(groups, (StringColumn)batch.Columns[_stateColumns[i]]);
            }
            else
            {
                _accumulators[i].Add(groups, batch);
            }
        }
    }

    private bool IsFinal => _node.Mode == AggregateMode.Final;

    private static void RequireOutput(AggregateNode node)
    {
        if (node.Columns.Length != node.GroupBy.Length + node.Aggregates.Length)
        {
            throw new InvalidPlanException($"Aggregation {node.Id} does not yield its keys and aggregates.");
        }
    }

    private void CreateAccumulator(int index, ImmutableArray<ColumnSchema> input)
    {
        var (call, output) = (_node.Aggregates[index], _node.Columns[_node.GroupBy.Length + index]);
        var (types, final) = (call.Arguments.Select(argument => argument.Type).ToImmutableArray(), IsFinal);
        var result = _node.Mode == AggregateMode.Partial
            ? DataType.String
            : AggregateCatalog.ResultOf(call.Function, types.AsSpan());
        var columns = call.Arguments.Select(argument =>
            final ? -1 : ExpressionCompiler.IndexOf(input, argument.Name, argument.Type));
        _accumulators[index] = AggregateCatalog.Create(
            call.Function, types, [.. columns], Scope.Options, Scope.Aggregates);
        _stateColumns[index] = final ? ExpressionCompiler.IndexOf(input, call.Name, DataType.String) : -1;
        if (result != output.Type)
        {
            throw new InvalidPlanException(
                $"{call.Function}({string.Join(", ", types)}) yields {result}, "
                + $"the plan takes it for {output.Type}.");
        }
    }

    private void EnsureGroups(int groups)
    {
        foreach (var accumulator in _accumulators)
        {
            accumulator.EnsureGroups(groups);
        }
    }

    private RowBatch Finish(int start, int count)
    {
        var columns = new Column[_node.Columns.Length];
        _keys.Decode(start, count, columns);
        for (var i = 0; i < _accumulators.Length; i++)
        {
            columns[_node.GroupBy.Length + i] = _node.Mode == AggregateMode.Partial
                ? States(_accumulators[i], start, count)
                : _accumulators[i].Finish(start, count);
        }

        return new RowBatch([.. columns], count);
    }

    private ArenaStringColumn States(Accumulator accumulator, int start, int count)
    {
        using var arena = new StringArena(Scope.Options.MaxStringColumnBytes);
        for (var group = start; group < start + count; group++)
        {
            accumulator.WriteState(group, arena);
            arena.EndCell();
        }

        return arena.ToColumn();
    }
}
