using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Bounds of the fragments that a node runs; section "Fragments".</summary>
public sealed class FragmentOptions
{
    /// <summary>Fragments that run at the same time, each on a thread of its own. Default 4.</summary>
    [Range(1, 256)]
    public int Workers { get; set; } = 4;

    /// <summary>
    /// Threads that one aggregation over the node's rows may use; 0 = half of the processors, 1 to 4. Default 0.
    /// </summary>
    [Range(0, 64)]
    public int ScanThreads { get; set; }

    /// <summary>Fragments that wait for a worker; more are refused. Default 64.</summary>
    [Range(1, 65536)]
    public int MaxQueued { get; set; } = 64;

    /// <summary>Streams that a node serves at the same time, all on one thread; more are refused. Default 16.</summary>
    [Range(1, 1024)]
    public int MaxStreams { get; set; } = 16;

    /// <summary>Time between two looks of a stream at its tables while no rows come, ms. Default 100.</summary>
    [Range(10, 10_000)]
    public int StreamPollMs { get; set; } = 100;

    /// <summary>
    /// Bytes that the operators of one fragment may hold; a fragment that needs more fails. Default 256 MiB.
    /// </summary>
    [Range(1 << 16, 1L << 40)]
    public long MaxMemoryBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of cells per block that a node sends. Default 768 KiB, which stays under 1 MiB encoded.</summary>
    [Range(4096, 16 << 20)]
    public int BlockBytes { get; set; } = 768 << 10;

    /// <summary>Blocks of one fragment that wait to be fetched; the scan pauses beyond. Default 4.</summary>
    [Range(1, 1024)]
    public int MaxWaitingBlocks { get; set; } = 4;

    /// <summary>Number of these threads after applying the default.</summary>
    internal int ScanThreadCount => ScanThreads > 0 ? ScanThreads : Math.Clamp(Environment.ProcessorCount / 2, 1, 4);
}

[OptionsValidator]
internal sealed partial class FragmentOptionsValidator : IValidateOptions<FragmentOptions>;
