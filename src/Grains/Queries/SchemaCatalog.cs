using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.Queries;

/// <summary>
/// Schemas that a query may name: those of this silo's node, and of the other nodes as the cluster grain last
/// told. A silent cluster grain costs a query nothing but tables which only other nodes have.
/// </summary>
internal sealed class SchemaCatalog(IGrainFactory grains, INodeService node, TimeProvider time)
{
    private static readonly TimeSpan RefreshAfter = TimeSpan.FromSeconds(10);
    private readonly Lock _lock = new();
    private IReadOnlyCollection<TableSchema> _clusterSchemas = [];
    private long? _refreshed;
    private Task _refresh = Task.CompletedTask;

    /// <summary>All schemas; the local node's win over another's of the same name.</summary>
    public IReadOnlyCollection<TableSchema> Schemas
    {
        get
        {
            StartRefreshIfOld();
            var schemas = new Dictionary<string, TableSchema>(StringComparer.Ordinal);
            foreach (var schema in Volatile.Read(ref _clusterSchemas))
            {
                schemas[schema.Name] = schema;
            }

            foreach (var schema in node.Tables.Schemas)
            {
                schemas[schema.Name] = schema;
            }

            return schemas.Values;
        }
    }

    private void StartRefreshIfOld()
    {
        lock (_lock)
        {
            if (_refresh.IsCompleted && (_refreshed is not { } last || time.GetElapsedTime(last) > RefreshAfter))
            {
                _refreshed = time.GetTimestamp();
                _refresh = RefreshAsync();
            }
        }
    }

    private async Task RefreshAsync()
    {
        try
        {
            var answer = await grains.GetGrain<IClusterGrain>(0).GetTablesAsync().ConfigureAwait(false);
            Volatile.Write(ref _clusterSchemas, [.. answer.Tables.Select(t => t.Schema)]);
        }
        catch (Exception)
        {
            // The previous answer is kept, the next query asks again.
        }
    }
}
