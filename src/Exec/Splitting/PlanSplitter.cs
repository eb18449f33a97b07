using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Splitting;

/// <summary>
/// Cuts a plan into the part that runs where the rows are and the part that joins what comes from there.
/// </summary>
/// <remarks>
/// From each scan on, operators stay with the rows up to the first one that needs the rows of all nodes. An
/// aggregation is computed partially there and finished in the merge part; a limit runs in both parts, because no
/// node need send more rows than the limit. Nodes keep their ids. A node that several operators of the merge part
/// use sends its rows once.
/// </remarks>
public sealed class PlanSplitter
{
    private readonly List<PlanNode> _fragment = [];
    private readonly List<PlanNode> _merge = [];
    private readonly Dictionary<int, PlanNode> _local = []; // what yields a node's rows in the fragment
    private readonly Dictionary<int, int> _exchanged = []; // id in the fragment: id of its source in the merge
    private int _nextId;
    private int _nextChannel;

    private PlanSplitter(Plan plan) => _nextId = plan.Nodes.IsEmpty ? 0 : plan.Nodes.Max(node => node.Id) + 1;

    /// <summary>Cuts a plan of scans, maps, filters, limits, complete aggregations and results.</summary>
    /// <exception cref="InvalidPlanException">The plan is cut already, or a node has no single input.</exception>
    public static DistributedPlan Split(Plan plan)
    {
        var splitter = new PlanSplitter(plan);
        foreach (var node in plan.Nodes)
        {
            splitter.Place(node);
        }

        return new DistributedPlan(new Plan([.. splitter._fragment]), new Plan([.. splitter._merge]));
    }

    private void Place(PlanNode node)
    {
        if (node is ExchangeSourceNode or ExchangeSinkNode or AggregateNode { Mode: not AggregateMode.Complete })
        {
            throw new InvalidPlanException($"Node {node.Id} belongs to a plan that is cut already.");
        }

        if (node is TableScanNode)
        {
            KeepLocal(node);
        }
        else if (node.Inputs.Length != 1)
        {
            throw new InvalidPlanException($"Node {node.Id} has {node.Inputs.Length} inputs instead of 1.");
        }
        else if (!_local.ContainsKey(node.Inputs[0]))
        {
            _merge.Add(node); // behind the cut
        }
        else
        {
            PlaceAtRows(node);
        }
    }

    private void PlaceAtRows(PlanNode node)
    {
        switch (node)
        {
            case MapNode or FilterNode:
                KeepLocal(node);
                break;
            case LimitNode limit:
                _fragment.Add(limit);
                _merge.Add(limit with { Inputs = [Exchange(limit)] });
                break;
            case AggregateNode aggregate when CanBePartial(aggregate):
                var partial = Partial(aggregate);
                _fragment.Add(partial);
                _merge.Add(aggregate with { Mode = AggregateMode.Final, Inputs = [Exchange(partial)] });
                break;
            default:
                _merge.Add(node with { Inputs = [Exchange(_local[node.Inputs[0]])] });
                break;
        }
    }

    private void KeepLocal(PlanNode node)
    {
        _fragment.Add(node);
        _local.Add(node.Id, node);
    }

    // Id of the node in the merge part that yields the rows of a node of the fragment.
    private int Exchange(PlanNode node)
    {
        if (!_exchanged.TryGetValue(node.Id, out var source))
        {
            var channel = _nextChannel++;
            source = _nextId++;
            _fragment.Add(new ExchangeSinkNode(_nextId++, [node.Id], node.Columns, channel));
            _merge.Add(new ExchangeSourceNode(source, node.Columns, channel));
            _exchanged.Add(node.Id, source);
        }

        return source;
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
}
