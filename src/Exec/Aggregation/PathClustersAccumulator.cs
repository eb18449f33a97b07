using System.Text;
using System.Text.Unicode;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Kernels.Requests.Paths;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>
/// _build_request_path_clusters: clusters of request paths as JSON. State: that JSON (<see cref="RequestPathJson"/>).
/// </summary>
internal sealed class PathClustersAccumulator(int column, ExecutionOptions options, MemoryBudget budget) : Accumulator
{
    private const int MaxSeen = 1 << 16; // paths remembered to be skipped; then all of them are forgotten

    private readonly StringArena _output = new(options.MaxStringColumnBytes);
    private readonly HashSet<ulong> _seen = []; // hashes of group and path; those come again and again
    private RequestPathClusters?[] _clusters = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_clusters.Length < groups)
        {
            _clusters = budget.Grow(_clusters, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = (StringColumn)batch.Columns[column];
        for (var i = 0; i < groups.Length; i++)
        {
            var path = RequestPaths.Normalize(cells.GetUtf8(i));
            if (_seen.Add(KeyHash.Of(path) ^ KeyHash.Of(groups[i])))
            {
                ClustersOf(groups[i]).Add(new RequestPathCluster(ToText(path)));
            }
        }

        if (_seen.Count > MaxSeen)
        {
            _seen.Clear();
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        _output.Start();
        for (var i = 0; i < count; i++)
        {
            WriteState(start + i, _output);
            _output.EndCell();
        }

        return _output.ToColumn();
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output) =>
        RequestPathJson.Write(_clusters[group]?.All ?? [], output);

    /// <inheritdoc/>
    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        try
        {
            ClustersOf(group).Merge(RequestPathJson.Read(state.Take(state.Remaining)));
        }
        catch (FormatException e)
        {
            throw new InvalidStateException(e.Message);
        }
    }

    private RequestPathClusters ClustersOf(int group) => _clusters[group] ??= new RequestPathClusters(budget);

    // Clusters become JSON, which is UTF-8.
    private static byte[] ToText(ReadOnlySpan<byte> path) =>
        Utf8.IsValid(path) ? path.ToArray() : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(path));
}
