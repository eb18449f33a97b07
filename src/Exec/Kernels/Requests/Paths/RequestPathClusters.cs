using PixieOrleans.Exec.Grouping;

namespace PixieOrleans.Exec.Kernels.Requests.Paths;

/// <summary>Clusters of request paths.</summary>
/// <remarks>
/// A path joins the cluster of its depth with whose template it shares most components, provided that they are at least
/// half of them; else it starts a cluster. Past <see cref="MaxClusters"/> it joins one of its depth in any case.
/// </remarks>
/// <param name="budget">Bound of the memory, or null where the bytes are bounded already.</param>
internal sealed class RequestPathClusters(MemoryBudget? budget)
{
    private const int MaxClusters = 4096;
    private const int ClusterBytes = 200; // of the objects, without the text of paths

    private readonly Dictionary<int, List<RequestPathCluster>> _byDepth = [];
    private readonly List<RequestPathCluster> _all = [];
    private long _chargedBytes;

    /// <summary>The clusters, in the order of their first path.</summary>
    public IReadOnlyList<RequestPathCluster> All => _all;

    /// <summary>Adds the paths of a cluster, which becomes part of this.</summary>
    public void Add(RequestPathCluster cluster)
    {
        var depth = RequestPaths.Depth(cluster.Template);
        var best = FindClosest(cluster.Template, depth, out var shared);
        if ((best is null || 2 * shared < depth) && (_all.Count < MaxClusters || !_byDepth.ContainsKey(depth)))
        {
            Append(cluster, depth);
            return;
        }

        best ??= _byDepth[depth][0];
        Charge(best.Members.Count > 0 ? cluster.Template.Length : 0);
        best.Add(cluster);
    }

    /// <summary>Takes clusters as they are.</summary>
    public void Load(IReadOnlyList<RequestPathCluster> clusters)
    {
        foreach (var cluster in clusters)
        {
            Append(cluster, RequestPaths.Depth(cluster.Template));
        }
    }

    /// <summary>
    /// Adds another clustering. Paths that are known singly are clustered anew, after the templates of both.
    /// </summary>
    public void Merge(IReadOnlyList<RequestPathCluster> others)
    {
        RequestPathCluster[] clusters = [.. _all];
        _all.Clear();
        _byDepth.Clear();
        Charge(-_chargedBytes);
        Load([.. clusters.Where(cluster => cluster.Members.Count == 0)]);
        foreach (var template in others.Where(cluster => cluster.Members.Count == 0))
        {
            Add(template);
        }

        foreach (var path in clusters.Concat(others).SelectMany(cluster => cluster.Members))
        {
            Add(new RequestPathCluster(path));
        }
    }

    /// <summary>What a path counts as: itself, when it is known singly or to no cluster, else a template.</summary>
    public ReadOnlySpan<byte> Predict(ReadOnlySpan<byte> path)
    {
        var closest = FindClosest(path, RequestPaths.Depth(path), out _);
        return closest is null || closest.HasMember(path) ? path : closest.Template;
    }

    private void Append(RequestPathCluster cluster, int depth)
    {
        if (!_byDepth.TryGetValue(depth, out var clusters))
        {
            _byDepth.Add(depth, clusters = []);
        }

        Charge(ClusterBytes + cluster.Template.Length + cluster.Members.Sum(path => path.Length));
        clusters.Add(cluster);
        _all.Add(cluster);
    }

    private void Charge(long bytes)
    {
        budget?.Charge(bytes);
        _chargedBytes += bytes;
    }

    // The first one that shares the most components; null when none shares any.
    private RequestPathCluster? FindClosest(ReadOnlySpan<byte> path, int depth, out int shared)
    {
        (var closest, shared) = (default(RequestPathCluster), 0);
        foreach (var cluster in _byDepth.GetValueOrDefault(depth) ?? [])
        {
            var count = RequestPaths.CountShared(path, cluster.Template);
            if (count > shared)
            {
                (closest, shared) = (cluster, count);
            }
        }

        return closest;
    }
}
