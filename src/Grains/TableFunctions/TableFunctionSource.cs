using PixieOrleans.Exec;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>Adds table functions to the surroundings of plans that call some.</summary>
internal sealed class TableFunctionSource(INodeService node, ClusterPictures pictures) : IQueryEnvironmentSource
{
    public QueryEnvironment AddToFragment(QueryEnvironment environment, Plan fragment) =>
        fragment.Nodes.Any(part => part is TableFunctionNode)
            ? environment with
            {
                TableFunctions = new NodeTableFunctions(
                    node.Asid, environment.Hostname, Statistics, environment.Entities),
            }
            : environment;

    public async ValueTask<QueryEnvironment> AddToMergeAsync(
        QueryEnvironment environment, Plan merge, CancellationToken cancellationToken)
    {
        var calls = merge.Nodes.OfType<TableFunctionNode>().ToList();
        if (calls.Count == 0)
        {
            return environment;
        }

        var withAgents = calls.Exists(call => call.Function is "GetAgentStatus" or "GetLinuxHeadersStatus");
        var picture = await pictures.TakeAsync(withAgents, cancellationToken);
        return environment with { TableFunctions = new ClusterTableFunctions(picture) };
    }

    private IReadOnlyList<TableStatistics> Statistics() => node.Tables is TableStore store
        ? store.GetStatistics()
        : throw new InvalidPlanException("The tables of this node tell no statistics.");
}
