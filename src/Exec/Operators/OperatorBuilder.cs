using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Makes the operators of a plan and joins them.</summary>
internal sealed class OperatorBuilder(
    ITableSource? tables, ExecutionOptions options, IBatchSink sink, MemoryBudget budget)
{
    private readonly Dictionary<int, (PlanNode Node, Operator Operator)> _built = [];

    /// <summary>The operators, in the order of the plan.</summary>
    /// <exception cref="InvalidPlanException">The plan cannot be run.</exception>
    public ImmutableArray<Operator> Build(Plan plan)
    {
        var operators = ImmutableArray.CreateBuilder<Operator>(plan.Nodes.Length);
        foreach (var node in plan.Nodes)
        {
            var created = Create(node);
            if (!_built.TryAdd(node.Id, (node, created)))
            {
                throw new InvalidPlanException($"Two nodes of the plan have the id {node.Id}.");
            }

            foreach (var input in node.Inputs)
            {
                _built[input].Operator.AddConsumer(created);
            }

            operators.Add(created);
        }

        return operators.MoveToImmutable();
    }

    private Operator Create(PlanNode node) => node switch
    {
        TableScanNode scan => new TableScanOperator(
            scan, tables ?? throw new InvalidPlanException("The plan scans a table where there are none."), options),
        ExchangeSourceNode source => new ExchangeSourceOperator(source, options),
        MapNode map => Map(map, InputOf(map)),
        FilterNode filter => Filter(filter, InputOf(filter)),
        LimitNode limit => new LimitOperator(SameColumns(limit)),
        AggregateNode aggregate => new AggregateOperator(aggregate, InputOf(aggregate), options, budget),
        ResultNode result => new ResultOperator(SameColumns(result), sink),
        ExchangeSinkNode exchange => new ExchangeSinkOperator(SameColumns(exchange), sink),
        _ => throw new InvalidPlanException($"No such operator: {node.GetType().Name}."),
    };

    private MapOperator Map(MapNode node, ImmutableArray<ColumnSchema> input)
    {
        if (node.Values.Length != node.Columns.Length || node.Values.IsEmpty)
        {
            throw new InvalidPlanException(
                $"Map {node.Id} computes {node.Values.Length} values for {node.Columns.Length} columns.");
        }

        var compiler = new ExpressionCompiler(input, options);
        var values = ImmutableArray.CreateBuilder<CompiledExpression>(node.Values.Length);
        for (var i = 0; i < node.Values.Length; i++)
        {
            values.Add(compiler.Compile(node.Values[i]));
            if (values[i].Type != node.Columns[i].Type)
            {
                throw new InvalidPlanException(
                    $"Column '{node.Columns[i].Name}' is {values[i].Type}, the plan takes it for "
                    + $"{node.Columns[i].Type}.");
            }
        }

        return new MapOperator(node, values.MoveToImmutable());
    }

    private FilterOperator Filter(FilterNode node, ImmutableArray<ColumnSchema> input)
    {
        var predicate = new ExpressionCompiler(input, options).Compile(node.Predicate) as FixedExpression<bool>
            ?? throw new InvalidPlanException($"The condition of filter {node.Id} is not Boolean.");
        var columns = node.Columns.Select(column => ExpressionCompiler.IndexOf(input, column.Name, column.Type));
        return new FilterOperator(node, predicate, [.. columns]);
    }

    private T SameColumns<T>(T node)
        where T : PlanNode
    {
        var input = InputOf(node);
        if (!input.Select(column => column.Type).SequenceEqual(node.Columns.Select(column => column.Type)))
        {
            throw new InvalidPlanException($"Node {node.Id} does not have the columns of its input.");
        }

        return node;
    }

    private ImmutableArray<ColumnSchema> InputOf(PlanNode node)
    {
        if (node.Inputs.Length != 1)
        {
            throw new InvalidPlanException($"Node {node.Id} has {node.Inputs.Length} inputs instead of 1.");
        }

        return _built.TryGetValue(node.Inputs[0], out var input)
            ? input.Node.Columns
            : throw new InvalidPlanException(
                $"Node {node.Id} takes rows of {node.Inputs[0]}, which does not precede it.");
    }
}
