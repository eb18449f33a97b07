using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Tests.Distributed;

/// <summary>
/// Writes plans at random. Columns that begin with "q" hold values that depend, within an error, on the order of the
/// rows; they are handed on and counted, never compared.
/// </summary>
internal sealed class RandomPlan
{
    private static readonly (string Function, string Types)[] Functions =
        [("count", "BIUFST"), ("sum", "BIF"), ("mean", "BIF"), ("min", "IFT"), ("max", "IFT"), ("quantiles", "IF")];

    private readonly Random _random;
    private readonly PlanWriter _plan = new();
    private readonly List<int> _nodes = [];
    private readonly HashSet<int> _atNodes = []; // nodes of the plan whose rows are still where they were scanned
    private int _joins;

    public RandomPlan(Random random)
    {
        _random = random;
        _nodes.Add(_plan.Scan("t", RandomTables.Schema));
        _nodes.Add(_plan.Scan("u", RandomTables.Schema));
        _atNodes.UnionWith(_nodes);
        for (var steps = _random.Next(1, 8); steps > 0; steps--)
        {
            Step();
        }

        var last = _nodes[^1];
        if (_random.Next(4) == 0 && !_plan.Columns(last).Any(IsVague))
        {
            Limit = _random.Next(20);
            last = _plan.Limit(last, Limit.Value);
            last = _random.Next(2) == 0 ? last : Map(last);
        }

        _plan.Result(last);
        _plan.Result(Any(_nodes), "other");
    }

    /// <summary>Rows that "output" may have; null: all.</summary>
    public int? Limit { get; }

    public Plan Plan => _plan.Plan;

    public static bool IsVague(ColumnSchema column) => column.Name.StartsWith('q');

    private void Step()
    {
        var node = _random.Next(2) == 0 ? _nodes[^1] : Any(_nodes);
        var known = _plan.Plan.Nodes.Length;
        var made = _random.Next(7) switch
        {
            0 => Filter(node),
            1 => Map(node),
            2 or 3 => Aggregate(node, _random.Next(1, 5)),
            4 => Aggregate(node, 0),
            5 when _joins++ < 2 => Join(node, Any(_nodes)),
            _ => Union(node),
        };
        _atNodes.UnionWith(_plan.Plan.Nodes.Skip(known).Where(IsAtNodes).Select(added => added.Id));
        if (!_plan.Columns(made).All(IsVague)) // else it stays without a consumer
        {
            _nodes.Add(made);
        }
    }

    private int Filter(int node)
    {
        var column = Any(Sharp(node));
        var reference = _plan.Column(node, column.Name);
        return _plan.Filter(node, column.Type switch
        {
            DataType.Int64 => PlanWriter.Call("lessThan", reference, PlanWriter.Constant(_random.NextInt64(-5, 30))),
            DataType.String => PlanWriter.Call(
                "notEqual", WithSite(node, reference), PlanWriter.Constant($"s{_random.Next(4)}")),
            DataType.Boolean => reference,
            _ => PlanWriter.Constant(_random.Next(8) > 0),
        });
    }

    // The text itself, behind what functions of the node or of the merge part know of nothing: "".
    private Expression WithSite(int node, Expression text)
    {
        var upid = _plan.Columns(node).FirstOrDefault(column => column.Name == "upid");
        if (upid is not null && _atNodes.Contains(node) && _random.Next(3) == 0)
        {
            text = PlanWriter.Call(
                "add", PlanWriter.Call("upid_to_pod_id", _plan.Column(node, "upid")), text);
        }

        return _random.Next(4) == 0
            ? PlanWriter.Call("add", PlanWriter.Call("ip_to_pod_id", PlanWriter.Constant("10.0.0.1")), text)
            : text;
    }

    // Whether all rows of a node are still at their nodes, as the splitter sees it.
    private bool IsAtNodes(PlanNode node) => node is not (AggregateNode or JoinNode or LimitNode)
        && node.Inputs.All(_atNodes.Contains)
        && !PlanText.Render(new Plan([node])).Contains("ip_to_pod_id", StringComparison.Ordinal);

    private int Map(int node)
    {
        var values = new List<(string, Expression)>();
        foreach (var column in _plan.Columns(node).Where(_ => _random.Next(4) > 0).OrderBy(_ => _random.Next()))
        {
            var reference = _plan.Column(node, column.Name);
            values.Add((column.Name, (column.Type, _random.Next(3)) switch
            {
                (DataType.Int64, 0) => PlanWriter.Call("add", reference, PlanWriter.Constant(3L)),
                (DataType.String, 0) when !IsVague(column) => WithSite(
                    node, PlanWriter.Call("add", WithSite(node, reference), PlanWriter.Constant("+"))),
                _ => reference,
            }));
        }

        if (values.Count == 0 || _random.Next(3) == 0)
        {
            values.Add(($"m{node}", PlanWriter.Constant(7L)));
        }

        return _plan.Map(node, [.. values.DistinctBy(value => value.Item1)]);
    }

    private int Aggregate(int node, int calls)
    {
        var keys = Sharp(node).OrderBy(_ => _random.Next()).Take(_random.Next(calls == 0 ? 1 : 0, 4)).ToList();
        var aggregates = new List<(string, string, string)>();
        for (var i = 0; i < calls; i++)
        {
            var column = Any(_plan.Columns(node));
            var (function, types) = Any(Functions);
            if (!types.Contains("?BIUFST"[(int)column.Type]) || (IsVague(column) && function != "count"))
            {
                function = "count";
            }

            var prefix = function is "mean" or "quantiles" ? "q" : "a";
            aggregates.Add(($"{prefix}{node}_{_nodes.Count}_{i}", function, column.Name));
        }

        if (keys.Count > 0 && calls > 0)
        {
            aggregates.Add(($"any{node}_{_nodes.Count}", "any", keys[0].Name)); // any key is the key
        }

        return keys.Count + aggregates.Count == 0
            ? node
            : _plan.Aggregate(node, [.. keys.Select(key => key.Name)], [.. aggregates]);
    }

    private int Join(int left, int right)
    {
        var pairs = Sharp(left)
            .SelectMany(_ => Sharp(right), (key, other) => (Key: key, Other: other))
            .Where(pair => pair.Key.Type == pair.Other.Type)
            .OrderBy(_ => _random.Next())
            .Take(_random.Next(1, 4))
            .ToList();
        var how = (JoinKind)_random.Next(4);
        return pairs.Count == 0
            ? left
            : _plan.Join(
                left,
                right,
                how,
                [.. pairs.Select(pair => pair.Key.Name)],
                [.. pairs.Select(pair => pair.Other.Name)]);
    }

    // With a filter of itself, its columns in another order; with the other table where it fits.
    private int Union(int node)
    {
        var columns = _plan.Columns(node);
        var shuffled = _plan.Map(
            _random.Next(2) == 0 ? Filter(node) : node,
            [.. columns.OrderBy(_ => _random.Next()).Select(c => (c.Name, (Expression)_plan.Column(node, c.Name)))]);
        var fitting = _nodes.Where(other => _plan.Columns(other).SequenceEqual(columns)).ToList();
        return _random.Next(3) == 0 ? _plan.Union(node, shuffled, Any(fitting)) : _plan.Union(node, shuffled);
    }

    private List<ColumnSchema> Sharp(int node) => [.. _plan.Columns(node).Where(column => !IsVague(column))];

    private T Any<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];
}
