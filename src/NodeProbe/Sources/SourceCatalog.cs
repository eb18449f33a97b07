using System.Collections.Immutable;
using PixieOrleans.NodeProbe.Networks;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Runtimes;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Sources;

/// <summary>The sources of a node, and the threads that drive them.</summary>
internal static class SourceCatalog
{
    /// <summary>All groups; the socket tracer is driven by the node's own thread.</summary>
    public static ImmutableArray<SourceGroup> Groups { get; } =
    [
        new(
            "pxo-sources",
            [
                ProcExitSource.Entry,
                ProcessStatsSource.Entry,
                NetworkStatsSource.Entry,
                ProcStatSource.Entry,
                JvmStatsSource.Entry,
                DotnetStatsSource.Entry,
                IoUringSource.Entry,
                TcpStatsSource.Entry,
            ]),
        new("pxo-profiler", [ProfilerSource.Entry]),
    ];

    /// <summary>Names of all sources.</summary>
    public static ImmutableArray<string> Names { get; } =
        [SocketSource.Name, .. Groups.SelectMany(group => group.Sources).Select(source => source.Name)];
}
