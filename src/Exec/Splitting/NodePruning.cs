using PixieOrleans.Model.Entities;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Exec.Splitting;

/// <summary>
/// Decides whether a node can have rows for a fragment: not when a filter wants a pod, service, agent or the like that
/// the node does not have. Never wrong in saying no; what it does not understand may have rows.
/// </summary>
public sealed class NodePruning
{
    private const int MaxDepth = 256; // of expressions and definitions that are followed

    private readonly Dictionary<int, PlanNode> _nodes;
    private readonly NodeFacts _facts;

    private NodePruning(Plan fragment, NodeFacts facts)
    {
        _nodes = fragment.Nodes.ToDictionary(node => node.Id);
        _facts = facts;
    }

    /// <summary>False when no row of the node can reach the merge part.</summary>
    public static bool CanHaveRows(Plan fragment, NodeFacts facts)
    {
        var pruning = new NodePruning(fragment, facts);
        var empty = new HashSet<int>(); // nodes that cannot yield a row
        var (sinks, emptySinks) = (0, 0);
        foreach (var node in fragment.Nodes) // inputs come before their users
        {
            if ((!node.Inputs.IsEmpty && node.Inputs.All(empty.Contains))
                || (node is FilterNode filter && !pruning.CanBeTrue(filter.Predicate, filter.Inputs[0], 0)))
            {
                empty.Add(node.Id);
            }

            if (node is ExchangeSinkNode or ResultNode)
            {
                sinks++;
                emptySinks += empty.Contains(node.Id) ? 1 : 0;
            }
        }

        return sinks == 0 || emptySinks < sinks;
    }

    private bool CanBeTrue(Expression condition, int input, int depth)
    {
        (condition, input) = Resolve(condition, input);
        if (depth > MaxDepth)
        {
            return true;
        }

        return condition switch
        {
            ConstantExpression { Text: "false" } => false,
            CallExpression { Function: "logicalAnd" } both => both.Arguments.All(a => CanBeTrue(a, input, depth + 1)),
            CallExpression { Function: "logicalOr" } any => any.Arguments.Any(a => CanBeTrue(a, input, depth + 1)),
            CallExpression { Function: "equal", Arguments: [var left, var right] } =>
                CanBe(left, right, input) && CanBe(right, left, input),
            CallExpression
            {
                Function: "has_value" or "has_service_name" or "has_service_id", Arguments: [var left, var right],
            } => CanBe(left, right, input),
            _ => true,
        };
    }

    // Whether an expression can have the value of another, when that is a constant.
    private bool CanBe(Expression expression, Expression value, int input)
    {
        var (call, node) = Resolve(expression, input);
        return call is not CallExpression function
            || Resolve(value, input).Expression is not ConstantExpression constant
            || CanResultIn(function, node, constant.Text);
    }

    private bool CanResultIn(CallExpression call, int input, string value)
    {
        switch (call.Function)
        {
            case "asid":
                return _facts.Asid is not { } asid || IsNumber(value, asid);
            case "upid_to_asid": // of a row's own process; a upid that the script makes may be any
                return _facts.Asid is not { } own || !IsUpidOfRow(call.Arguments[0], input) || IsNumber(value, own);
            case "upid_to_node_name" when _facts.NodeName is { } name && IsUpidOfRow(call.Arguments[0], input):
                return value.Length == 0 || name == value; // empty for processes that are not known
            case "_exec_hostname":
                return _facts.Hostname is not { } hostname || hostname == value;
            case "pod_name_to_namespace" or "service_name_to_namespace": // nothing but a part of the text
                return Resolve(call.Arguments[0], input).Expression is not CallExpression source
                    || !source.Function.EndsWith("_name", StringComparison.Ordinal)
                    || IsKnown(source.Function, "namespace", value);
            default:
                var to = call.Function.IndexOf("_to_", StringComparison.Ordinal);
                var fact = to > 0 ? call.Function[(to + "_to_".Length)..] : call.Function;
                return IsKnown(call.Function, fact, value);
        }
    }

    private bool IsKnown(string function, string fact, string value)
    {
        if (_facts.Entities is not { } all || value.Length == 0 || value[0] == '[')
        {
            return true; // empty for unknown entities; an array for several services
        }

        return fact switch
        {
            "pod_name" or "podname_local_addr_fallback" => all.FindPodByName(value) is not null,
            "pod_id" => all.FindPod(value) is not null,
            "service_name" => all.FindServiceByName(value) is not null,
            "service_id" => all.FindService(value) is not null,
            "namespace" => HasNamespace(all, function, value),
            "node_name" => all.Pods.Any(pod => pod.NodeName == value),
            "hostname" => all.Pods.Any(pod => pod.HostName == value),
            "container_name" => all.FindContainerByName(value) is not null,
            "replicaset_name" => all.FindReplicaSetByName(value) is not null,
            "replicaset_id" => all.FindReplicaSet(value) is not null,
            "deployment_name" => all.FindDeploymentByName(value) is not null,
            "deployment_id" => all.FindDeployment(value) is not null,
            _ => true,
        };
    }

    // Services, replica sets and deployments are in the namespaces of their pods; a function of theirs asks for them.
    private static bool HasNamespace(EntitySnapshot all, string function, string value) =>
        !(function.StartsWith("upid", StringComparison.Ordinal)
            || function.StartsWith("pod", StringComparison.Ordinal)
            || function.StartsWith("_upid", StringComparison.Ordinal))
        || all.Pods.Any(pod => pod.Namespace == value);

    private static bool IsNumber(string value, uint number) =>
        ulong.TryParse(value, out var parsed) && parsed == number;

    private bool IsUpidOfRow(Expression upid, int input)
    {
        var (column, node) = Resolve(upid, input);
        return column is ColumnExpression { Name: "upid" } && _nodes.GetValueOrDefault(node) is TableScanNode;
    }

    // Follows columns to what computes them: an expression, and the node over whose rows it is meant.
    private (Expression Expression, int Node) Resolve(Expression expression, int node)
    {
        for (var depth = 0; depth < MaxDepth && expression is ColumnExpression column; depth++)
        {
            switch (_nodes.GetValueOrDefault(node))
            {
                case MapNode map when IndexOf(map, column.Name) is >= 0 and var i:
                    (expression, node) = (map.Values[i], map.Inputs[0]);
                    break;
                case FilterNode or LimitNode:
                    node = _nodes[node].Inputs[0];
                    break;
                case AggregateNode { Mode: not AggregateMode.Final } aggregate
                    when aggregate.GroupBy.Contains(column.Name):
                    node = aggregate.Inputs[0];
                    break;
                default:
                    return (expression, node);
            }
        }

        return (expression, node);
    }

    private static int IndexOf(MapNode map, string name)
    {
        for (var i = 0; i < map.Columns.Length; i++)
        {
            if (map.Columns[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }
}
