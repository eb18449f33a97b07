using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Splitting;

/// <summary>
/// Cuts a plan into the part that runs where the rows are and the part that joins what comes from there.
/// </summary>
/// <remarks>
/// From each scan on, operators stay with the rows up to the first one that needs the rows of all nodes, or a function
/// that only the merge part can compute. An aggregation is computed partially there and finished in the merge part; a
/// limit runs in both parts, because no node need send more rows than the limit. Nodes keep their ids. A node that
/// several operators of the merge part use sends its rows once, and only the columns that they read.
/// Nodes that no result depends on are left out.
/// </remarks>
public sealed class PlanSplitter
{
    private readonly List<PlanNode> _fragment = [];
    private readonly List<PlanNode> _merge = [];
    private readonly Dictionary<int, LocalRows> _local = []; // what yields a node's rows in the fragment
    private readonly Dictionary<int, int> _exchanged = []; // id in the fragment: id of its rows in the merge part
    private readonly HashSet<int> _limited = []; // ids of limits of the merge part
    private readonly HashSet<int> _towardsNodeFunctions;
    private int _nextId;
    private int _nextChannel;

    private PlanSplitter(Plan plan)
    {
        _nextId = plan.Nodes.IsEmpty ? 0 : plan.Nodes.Max(node => node.Id) + 1;
        _towardsNodeFunctions = TowardsNodeFunctions(plan);
    }

    /// <summary>Cuts a plan of sources, operators and results.</summary>
    /// <exception cref="InvalidPlanException">The plan is cut already, or a function cannot be computed where its rows
    /// are.</exception>
    public static DistributedPlan Split(Plan plan)
    {
        var splitter = new PlanSplitter(plan);
        var seen = NodesOfResults(plan);
        foreach (var node in plan.Nodes.Where(node => seen.Contains(node.Id)))
        {
            splitter.Place(node);
        }

        ExchangePruning.Apply(splitter._fragment, splitter._merge, () => splitter._nextId++);
        return new DistributedPlan(new Plan([.. splitter._fragment]), new Plan([.. splitter._merge]));
    }

    private static HashSet<int> NodesOfResults(Plan plan)
    {
        var found = new HashSet<int>();
        foreach (var node in plan.Nodes.Reverse())
        {
            if (node is ResultNode || found.Contains(node.Id))
            {
                found.Add(node.Id);
                found.UnionWith(node.Inputs);
            }
        }

        return found;
    }

    // Nodes of which a map computes functions of the node, maybe behind other maps.
    private static HashSet<int> TowardsNodeFunctions(Plan plan)
    {
        var found = new HashSet<int>();
        foreach (var node in plan.Nodes.Reverse())
        {
            if (node is MapNode map
                && (found.Contains(map.Id) || ExpressionSites.Find(map.Values, FunctionSite.Node) is not null))
            {
                found.UnionWith(map.Inputs);
            }
        }

        return found;
    }

    private void Place(PlanNode node)
    {
        switch (node)
        {
            case TableScanNode:
                KeepLocal(node);
                break;
            case TableFunctionNode function:
                PlaceTableFunction(function);
                break;
            case ResultNode or JoinNode:
                AddToMerge(node);
                break;
            case UnionNode when node.Inputs.All(input => _local.TryGetValue(input, out var rows) && !rows.IsLimited):
                KeepLocal(node);
                break;
            case UnionNode:
                AddToMerge(node);
                break;
            case ExchangeSourceNode or ExchangeSinkNode or AggregateNode { Mode: not AggregateMode.Complete }:
                throw new InvalidPlanException($"Node {node.Id} belongs to a plan that is cut already.");
            default:
                PlaceBehindOne(node);
                break;
        }
    }

    private void PlaceTableFunction(TableFunctionNode node)
    {
        var signature = TableFunctionCatalog.Find(node.Function)
            ?? throw new InvalidPlanException($"No table function {node.Function}.");
        if (signature.Site == TableFunctionSite.EveryNode)
        {
            KeepLocal(node);
        }
        else
        {
            _merge.Add(node);
        }
    }

    private void PlaceBehindOne(PlanNode node)
    {
        if (node.Inputs.Length != 1)
        {
            throw new InvalidPlanException($"Node {node.Id} has {node.Inputs.Length} inputs instead of 1.");
        }

        var local = _local.GetValueOrDefault(node.Inputs[0]);
        switch (node)
        {
            case MapNode map:
                PlaceMap(map, local);
                break;
            case FilterNode filter:
                PlaceFilter(filter, local);
                break;
            case LimitNode limit when local is not null:
                _fragment.Add(limit);
                _local.Add(limit.Id, new LocalRows(limit, Tighter(limit, local.Limit)));
                break;
            case AggregateNode aggregate when local is { IsLimited: false } && CanBePartial(aggregate):
                var partial = Partial(aggregate);
                _fragment.Add(partial);
                _merge.Add(aggregate with { Mode = AggregateMode.Final, Inputs = [Exchange(new(partial, null))] });
                break;
            default:
                AddToMerge(node);
                break;
        }
    }

    private void PlaceMap(MapNode map, LocalRows? local)
    {
        var needsMerge = ExpressionSites.Find(map.Values, FunctionSite.Merger) is not null;
        var needsNode = ExpressionSites.Find(map.Values, FunctionSite.Node);
        if (local is null)
        {
            RequireNoNodeFunction(needsNode);
            _merge.Add(map);
        }
        else if (!needsMerge && (needsNode is not null || !local.IsLimited || _towardsNodeFunctions.Contains(map.Id)))
        {
            KeepLocal(map);
        }
        else if (needsMerge)
        {
            var split = new SiteSplit();
            var values = map.Values.Zip(map.Columns, split.Split).ToImmutableArray();
            _merge.Add(map with { Values = values, Inputs = [Exchange(Computed(split, local))] });
        }
        else
        {
            AddToMerge(map);
        }
    }

    private void PlaceFilter(FilterNode filter, LocalRows? local)
    {
        var needsMerge = ExpressionSites.Find(filter.Predicate, FunctionSite.Merger) is not null;
        var needsNode = ExpressionSites.Find(filter.Predicate, FunctionSite.Node);
        if (local is { IsLimited: false } && !needsMerge)
        {
            KeepLocal(filter);
        }
        else if (local is not null && needsMerge)
        {
            var split = new SiteSplit();
            foreach (var column in filter.Columns)
            {
                split.Keep(column);
            }

            var predicate = split.Split(filter.Predicate, new ColumnSchema("condition", DataType.Boolean));
            _merge.Add(filter with { Predicate = predicate, Inputs = [Exchange(Computed(split, local))] });
        }
        else
        {
            RequireNoNodeFunction(needsNode);
            AddToMerge(filter);
        }
    }

    // The columns that are computed at the rows; only a choice of columns is left to the pruning of channels.
    private LocalRows Computed(SiteSplit split, LocalRows local)
    {
        if (split.IsProjection)
        {
            return local;
        }

        var map = split.ToMap(_nextId++, local.Node.Id);
        _fragment.Add(map);
        return local with { Node = map };
    }

    private void KeepLocal(PlanNode node)
    {
        _fragment.Add(node);
        var limit = node is MapNode ? _local[node.Inputs[0]].Limit : null;
        _local.Add(node.Id, new LocalRows(node, limit));
    }

    private void AddToMerge(PlanNode node)
    {
        var inputs = node.Inputs.Select(input =>
            _local.TryGetValue(input, out var rows) ? Exchange(rows) : input);
        _merge.Add(node with { Inputs = [.. inputs] });
    }

    // Id of the node in the merge part that yields rows of the fragment.
    private int Exchange(LocalRows rows)
    {
        if (_exchanged.TryGetValue(rows.Node.Id, out var source))
        {
            return source;
        }

        var (channel, columns) = (_nextChannel++, rows.Node.Columns);
        source = _nextId++;
        _fragment.Add(new ExchangeSinkNode(_nextId++, [rows.Node.Id], columns, channel));
        _merge.Add(new ExchangeSourceNode(source, columns, channel));
        if (rows.Limit is { } limit)
        {
            var id = _limited.Add(limit.Id) ? limit.Id : _nextId++;
            _merge.Add(limit with { Id = id, Inputs = [source], Columns = columns });
            source = id;
        }

        _exchanged.Add(rows.Node.Id, source);
        return source;
    }

    private static LimitNode Tighter(LimitNode limit, LimitNode? other) =>
        other is null || limit.Rows < other.Rows ? limit : other;

    private static void RequireNoNodeFunction(string? function)
    {
        if (function is not null)
        {
            throw new InvalidPlanException(
                $"{function} can only be computed on the node of the rows, but its rows come from all nodes. "
                + "Compute it before the aggregation, join, limit or function that brings them together.");
        }
    }

    private static bool CanBePartial(AggregateNode node) => node.Aggregates.All(call =>
        FunctionCatalog.Resolve(call.Function, [.. call.Arguments.Select(argument => argument.Type)])
            is { SupportsPartial: true });

    private static AggregateNode Partial(AggregateNode node)
    {
        var states = node.Aggregates.Select(call => new ColumnSchema(call.Name, DataType.String));
        return node with
        {
            Mode = AggregateMode.Partial,
            Columns = [.. node.Columns.Take(node.GroupBy.Length), .. states],
        };
    }

    /// <summary>Rows that are at their nodes.</summary>
    /// <param name="Node">What yields them in the fragment.</param>
    /// <param name="Limit">When not null, every node yields as many rows as this limit takes of all of them.</param>
    private sealed record LocalRows(PlanNode Node, LimitNode? Limit)
    {
        public bool IsLimited => Limit is not null;
    }
}
