using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>A plan while it is rewritten. What no result needs is not part of it.</summary>
internal sealed class PlanGraph
{
    // Bounds the rewriting of pathological scripts: what is not rewritten still is a right plan.
    private const int MaxWork = 5_000_000; // visited nodes of plans and expressions

    private readonly Dictionary<int, PlanNode> _nodes = [];
    private readonly List<int> _results = [];
    private int _work;
    private int _nextId;

    public PlanNode this[int id] => _nodes[id];

    /// <summary>Counts work; false when there was enough of it.</summary>
    public bool Spend(int work) => (_work += work) <= MaxWork;

    public int NewId() => _nextId++;

    /// <summary>Adds or replaces a node by its id.</summary>
    public void Put(PlanNode node)
    {
        _nodes[node.Id] = node;
        _nextId = Math.Max(_nextId, node.Id + 1);
    }

    /// <summary>Adds a result behind all nodes.</summary>
    public void AddResult(PlanNode input, string name)
    {
        var result = new ResultNode(NewId(), [input.Id], input.Columns, name);
        Put(result);
        _results.Add(result.Id);
    }

    /// <summary>Takes a node out; its users get its input's rows.</summary>
    public void Bypass(PlanNode node)
    {
        var input = node.Inputs[0];
        foreach (var user in _nodes.Values.Where(user => user.Inputs.Contains(node.Id)).ToList())
        {
            Put(user with { Inputs = [.. user.Inputs.Select(id => id == node.Id ? input : id)] });
        }

        _nodes.Remove(node.Id);
    }

    /// <summary>How many nodes take the rows of each node.</summary>
    public Dictionary<int, int> CountUsers()
    {
        var users = new Dictionary<int, int>();
        foreach (var node in Ordered())
        {
            foreach (var input in node.Inputs)
            {
                users[input] = users.GetValueOrDefault(input) + 1;
            }
        }

        return users;
    }

    /// <summary>The nodes that results need, inputs first.</summary>
    public List<PlanNode> Ordered()
    {
        var ordered = new List<PlanNode>();
        var seen = new HashSet<int>();
        var open = new Stack<(int Id, bool InputsDone)>();
        foreach (var result in _results)
        {
            open.Push((result, false));
            while (open.TryPop(out var item))
            {
                if (item.InputsDone)
                {
                    ordered.Add(_nodes[item.Id]);
                }
                else if (seen.Add(item.Id))
                {
                    open.Push((item.Id, true));
                    foreach (var input in _nodes[item.Id].Inputs)
                    {
                        open.Push((input, false));
                    }
                }
            }
        }

        return ordered;
    }

    /// <summary>The plan, with ids counted from 0.</summary>
    public Plan ToPlan()
    {
        var ids = new Dictionary<int, int>();
        var nodes = new List<PlanNode>();
        foreach (var node in Ordered())
        {
            ids[node.Id] = nodes.Count;
            nodes.Add(node with { Id = nodes.Count, Inputs = [.. node.Inputs.Select(input => ids[input])] });
        }

        return new Plan([.. nodes]);
    }
}
