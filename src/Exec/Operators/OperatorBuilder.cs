using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Makes the operators of a plan and joins them.</summary>
internal sealed class OperatorBuilder(ITableSource? tables, ExecutionScope scope)
{
    private readonly Dictionary<int, (PlanNode Node, Operator Operator)> _built = [];
    private HashSet<int> _ordered = [];
    private bool _streams;

    /// <summary>The operators, in the order of the plan.</summary>
    /// <exception cref="InvalidPlanException">The plan cannot be run.</exception>
    public ImmutableArray<Operator> Build(Plan plan)
    {
        _ordered = NodesWhoseOrderShows(plan);
        _streams = plan.Nodes.Any(node => node is TableScanNode { IsStream: true });
        var operators = ImmutableArray.CreateBuilder<Operator>(plan.Nodes.Length);
        foreach (var node in plan.Nodes)
        {
            var created = Create(node);
            if (!_built.TryAdd(node.Id, (node, created)))
            {
                throw new InvalidPlanException($"Two nodes of the plan have the id {node.Id}.");
            }

            for (var input = 0; input < node.Inputs.Length; input++)
            {
                _built[node.Inputs[input]].Operator.AddConsumer(created, input);
            }

            operators.Add(created);
        }

        return operators.MoveToImmutable();
    }

    // Behind an aggregation or a join nobody sees in which order the rows came.
    private static HashSet<int> NodesWhoseOrderShows(Plan plan)
    {
        var shows = new HashSet<int>();
        foreach (var node in plan.Nodes.Reverse())
        {
            if (node is ResultNode or ExchangeSinkNode or LimitNode
                || (shows.Contains(node.Id) && node is MapNode or FilterNode or UnionNode))
            {
                shows.UnionWith(node.Inputs);
            }
        }

        return shows;
    }

    private Operator Create(PlanNode node) => node switch
    {
        TableScanNode scan => new TableScanOperator(
            scan, tables ?? throw new InvalidPlanException("The plan scans a table where there are none."), scope),
        TableFunctionNode function => new TableFunctionOperator(function, scope),
        ExchangeSourceNode source => new ExchangeSourceOperator(source, scope),
        MapNode map => Map(map, InputOf(map)),
        FilterNode filter => Filter(filter, InputOf(filter)),
        LimitNode limit => new LimitOperator(SameColumns(limit), scope),
        AggregateNode aggregate => new AggregateOperator(aggregate, InputOf(aggregate), scope),
        JoinNode join => Join(join),
        UnionNode union => Union(union),
        ResultNode result => new ResultOperator(SameColumns(result), scope),
        ExchangeSinkNode exchange => new ExchangeSinkOperator(SameColumns(exchange), scope),
        _ => throw new InvalidPlanException($"No such operator: {node.GetType().Name}."),
    };

    private MapOperator Map(MapNode node, ImmutableArray<ColumnSchema> input)
    {
        if (node.Values.Length != node.Columns.Length || node.Values.IsEmpty)
        {
            throw new InvalidPlanException(
                $"Map {node.Id} computes {node.Values.Length} values for {node.Columns.Length} columns.");
        }

        var values = new ExpressionCompiler(input, scope.Options).Compile(node.Values);
        for (var i = 0; i < node.Values.Length; i++)
        {
            if (values[i].Type != node.Columns[i].Type)
            {
                throw new InvalidPlanException(
                    $"Column '{node.Columns[i].Name}' is {values[i].Type}, the plan takes it for "
                    + $"{node.Columns[i].Type}.");
            }
        }

        return new MapOperator(node, values, scope);
    }

    private FilterOperator Filter(FilterNode node, ImmutableArray<ColumnSchema> input)
    {
        var predicate = FilterConditions.Compile(node, input, scope.Options);
        var columns = node.Columns.Select(column => ExpressionCompiler.IndexOf(input, column.Name, column.Type));
        return new FilterOperator(node, predicate, [.. columns], scope);
    }

    private JoinOperator Join(JoinNode node)
    {
        RequireInputs(node, 2);
        var (left, right) = (ColumnsOf(node, 0), ColumnsOf(node, 1));
        var yielded = left.Concat(right).Select(column => column.Type);
        if (!yielded.SequenceEqual(node.Columns.Select(column => column.Type)))
        {
            throw new InvalidPlanException($"Join {node.Id} does not yield the columns of both inputs.");
        }

        if (node.LeftKeys.Length != node.RightKeys.Length)
        {
            throw new InvalidPlanException(
                $"Join {node.Id} compares {node.LeftKeys.Length} keys with {node.RightKeys.Length}.");
        }

        return new JoinOperator(node, new JoinSide(left, node.LeftKeys), new JoinSide(right, node.RightKeys), scope);
    }

    private UnionOperator Union(UnionNode node)
    {
        if (node.Inputs.IsEmpty)
        {
            throw new InvalidPlanException($"Union {node.Id} has no inputs.");
        }

        var sources = ImmutableArray.CreateBuilder<ImmutableArray<int>>(node.Inputs.Length);
        for (var i = 0; i < node.Inputs.Length; i++)
        {
            var input = ColumnsOf(node, i);
            sources.Add(
                [.. node.Columns.Select(column => ExpressionCompiler.IndexOf(input, column.Name, column.Type))]);
        }

        var ordered = _ordered.Contains(node.Id) && !_streams; // rows of a stream must not wait for each other
        return new UnionOperator(node, sources.MoveToImmutable(), ordered, scope);
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
        RequireInputs(node, 1);
        return ColumnsOf(node, 0);
    }

    private static void RequireInputs(PlanNode node, int inputs)
    {
        if (node.Inputs.Length != inputs)
        {
            throw new InvalidPlanException(
                $"Node {node.Id} has {node.Inputs.Length} inputs instead of {inputs}.");
        }
    }

    private ImmutableArray<ColumnSchema> ColumnsOf(PlanNode node, int input) =>
        _built.TryGetValue(node.Inputs[input], out var found)
            ? found.Node.Columns
            : throw new InvalidPlanException(
                $"Node {node.Id} takes rows of {node.Inputs[input]}, which does not precede it.");
}
