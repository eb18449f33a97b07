using System.Collections.Immutable;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Tests.Operators;

/// <summary>Writes plans by hand: each call adds a node behind the given one and returns its id.</summary>
internal sealed class PlanWriter
{
    private readonly List<PlanNode> _nodes = [];

    public Plan Plan => new([.. _nodes]);

    public int Scan(string table, ImmutableArray<ColumnSchema> columns, long? startNs = null, long? endNs = null) =>
        Add(new TableScanNode(_nodes.Count, columns, table, startNs, endNs));

    public int Source(int channel, ImmutableArray<ColumnSchema> columns) =>
        Add(new ExchangeSourceNode(_nodes.Count, columns, channel));

    public int Filter(int input, Expression predicate) =>
        Add(new FilterNode(_nodes.Count, [input], Columns(input), predicate));

    public int Map(int input, params (string Name, Expression Value)[] values) => Add(new MapNode(
        _nodes.Count,
        [input],
        [.. values.Select(value => new ColumnSchema(value.Name, value.Value.Type))],
        [.. values.Select(value => value.Value)]));

    public int Limit(int input, long rows) => Add(new LimitNode(_nodes.Count, [input], Columns(input), rows));

    public int Result(int input, string name = "output") =>
        Add(new ResultNode(_nodes.Count, [input], Columns(input), name));

    public int Aggregate(int input, string[] keys, params (string Name, string Function, string Column)[] calls)
    {
        var columns = keys.Select(key => Columns(input).Single(column => column.Name == key)).ToList();
        var aggregates = new List<AggregateCall>();
        foreach (var (name, function, column) in calls)
        {
            var argument = Column(input, column);
            columns.Add(new ColumnSchema(name, FunctionCatalog.Resolve(function, [argument.Type])!.Returns));
            aggregates.Add(new AggregateCall(name, function, [argument]));
        }

        return Add(new AggregateNode(
            _nodes.Count, [input], [.. columns], [.. keys], [.. aggregates], AggregateMode.Complete));
    }

    /// <summary>Joins on columns of the same names; the right input's columns get a suffix when the name is taken.
    /// </summary>
    public int Join(int left, int right, JoinKind how, params string[] keys) => Join(left, right, how, keys, keys);

    public int Join(int left, int right, JoinKind how, string[] leftKeys, string[] rightKeys)
    {
        var names = Columns(left).Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var columns = Columns(left).ToList();
        foreach (var column in Columns(right))
        {
            var name = column.Name;
            while (!names.Add(name))
            {
                name += "_y";
            }

            columns.Add(column with { Name = name });
        }

        return Add(new JoinNode(_nodes.Count, [left, right], [.. columns], how, [.. leftKeys], [.. rightKeys]));
    }

    public int Union(params int[] inputs) => Add(new UnionNode(_nodes.Count, [.. inputs], Columns(inputs[0])));

    public int TableFunction(string function, params object[] arguments) => Add(new TableFunctionNode(
        _nodes.Count,
        TableFunctionCatalog.Find(function)!.Columns,
        function,
        [.. arguments.Select(Constant)]));

    public ColumnExpression Column(int node, string name) =>
        new(name, Columns(node).Single(column => column.Name == name).Type, SemanticType.None);

    public static ConstantExpression Constant(object cell) =>
        new(Cells.Text(cell), Cells.TypeOf(cell), SemanticType.None);

    public static CallExpression Call(string function, params Expression[] arguments)
    {
        var types = arguments.Select(argument => argument.Type).ToArray();
        var signature = FunctionCatalog.Resolve(function, types)!;
        return new CallExpression(function, [.. arguments], signature.Returns, SemanticType.None);
    }

    public ImmutableArray<ColumnSchema> Columns(int node) => _nodes[node].Columns;

    private int Add(PlanNode node)
    {
        _nodes.Add(node);
        return node.Id;
    }
}

/// <summary>Runs whole plans.</summary>
internal static class Runs
{
    public static CollectingSink Run(Plan plan, ITableSource tables, ExecutionOptions? options = null)
    {
        var sink = new CollectingSink();
        using var execution = new PlanExecution(plan, tables, options ?? new ExecutionOptions(), sink);
        execution.RunScans(CancellationToken.None);
        execution.Complete();
        return sink;
    }

    /// <summary>Runs the fragment of a plan on one node per batch, and the merge part over what they send.</summary>
    public static CollectingSink RunCut(
        Plan plan, string table, ImmutableArray<ColumnSchema> schema, params IReadOnlyList<RowBatch> batches)
    {
        var split = PlanSplitter.Split(plan);
        var answer = new CollectingSink();
        using var merge = new PlanExecution(split.Merge, null, new ExecutionOptions(), answer);
        foreach (var batch in batches)
        {
            var node = Run(split.Fragment, new MemoryTables().Add(table, schema, batch));
            node.Exchanges.ForEach(sent => merge.Push(sent.Channel, sent.Batch));
        }

        merge.Complete();
        return answer;
    }
}
