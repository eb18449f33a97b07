using PixieOrleans.Exec.Grouping;

namespace PixieOrleans.Exec.Quantiles;

/// <summary>What the digests of one aggregate need while they merge, so that a digest holds only its data.</summary>
internal sealed class TDigestWorkspace(MemoryBudget budget)
{
    /// <summary>Bound of the digests' memory.</summary>
    public MemoryBudget Budget { get; } = budget;

    /// <summary>Sorts buffers.</summary>
    public RadixSort Sort { get; } = new();

    /// <summary>What is about to be merged; room for a full buffer, and so for any digest.</summary>
    public Centroid[] Sorted { get; } = new Centroid[TDigest.BufferLength];

    /// <summary>The merged centroids.</summary>
    public Centroid[] Output { get; } = new Centroid[TDigest.Compression + 1];
}
