using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation.Rewriting;

/// <summary>
/// Moves limits toward the scans: in front of maps, unless those have to be computed where the rows are, and as copies
/// into every input of a union. Never past a filter, nor past a node that others use. Limits in a row become one.
/// </summary>
internal static class LimitPushDown
{
    public static void Apply(PlanGraph graph)
    {
        var users = graph.CountUsers();
        var open = new Stack<int>();
        foreach (var limit in graph.Ordered().OfType<LimitNode>())
        {
            open.Push(limit.Id);
            while (open.TryPop(out var id))
            {
                Sink(graph, users, id, open);
            }
        }
    }

    private static void Sink(PlanGraph graph, Dictionary<int, int> users, int id, Stack<int> open)
    {
        while (graph[id] is LimitNode limit && users[limit.Inputs[0]] == 1 && graph.Spend(1))
        {
            switch (graph[limit.Inputs[0]])
            {
                case LimitNode lower:
                    graph.Put(limit with { Inputs = lower.Inputs, Rows = Math.Min(limit.Rows, lower.Rows) });
                    break;
                case MapNode map when !map.Values.Any(Places.DependsOnMachine):
                    var lowered = Limit(graph, users, map.Inputs[0], limit.Rows);
                    graph.Put(map with { Id = limit.Id, Inputs = [lowered.Id] });
                    id = lowered.Id;
                    break;
                case UnionNode union:
                    LimitInputs(graph, users, union, limit.Rows, open);
                    return;
                default:
                    return;
            }
        }
    }

    private static void LimitInputs(
        PlanGraph graph, Dictionary<int, int> users, UnionNode union, long rows, Stack<int> open)
    {
        for (var i = 0; i < union.Inputs.Length; i++)
        {
            if (graph[union.Inputs[i]] is LimitNode existing && existing.Rows <= rows)
            {
                continue;
            }

            var added = Limit(graph, users, union.Inputs[i], rows);
            union = union with { Inputs = union.Inputs.SetItem(i, added.Id) };
            open.Push(added.Id);
        }

        graph.Put(union);
    }

    private static LimitNode Limit(PlanGraph graph, Dictionary<int, int> users, int input, long rows)
    {
        var limit = new LimitNode(graph.NewId(), [input], graph[input].Columns, rows);
        graph.Put(limit);
        users[limit.Id] = 1;
        return limit;
    }
}
