using PixieOrleans.Exec;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Grains.Entities;

/// <summary>
/// Tells fragments who is who on the node, and merge parts who is who in the cluster when they ask.
/// </summary>
internal sealed class EntityEnvironment(INodeService node, ClusterEntities cluster) : IQueryEnvironmentSource
{
    private readonly NodeFiles _files = new(node);

    public QueryEnvironment AddToFragment(QueryEnvironment environment, Plan fragment) =>
        environment with
        {
            Entities = node.Entities.Entities,
            CurrentEntities = IsStream(fragment) ? () => node.Entities.Entities : null,
            ProcessFiles = _files,
        };

    public async ValueTask<QueryEnvironment> AddToMergeAsync(
        QueryEnvironment environment, Plan merge, CancellationToken cancellationToken) =>
        EntityQuestions.AreIn(merge)
            ? environment with
            {
                Entities = await ReadAsync(cancellationToken),
                CurrentEntities = cluster.GetLatest, // a stream may go on for days
            }
            : environment;

    // The scans of a stream are channels by now.
    private static bool IsStream(Plan fragment) => fragment.Nodes.Any(node => node is ExchangeSourceNode);

    private async ValueTask<EntitySnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await cluster.GetAsync(cancellationToken);
        }
        catch (OperationCanceledException) // the query's time is up: it ends without names
        {
            return EntitySnapshot.Empty;
        }
    }

    private sealed class NodeFiles(INodeService node) : IProcessFiles
    {
        public IReadOnlyList<string> MappedFiles(UInt128 upid) =>
            Upid.FromUInt128(upid) is var process && process.Asid == node.Asid ? node.MappedFiles(process) : [];
    }
}
