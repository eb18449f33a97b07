namespace PixieOrleans.NodeProbe.Sources;

/// <summary>A source that a node may start.</summary>
/// <param name="Name">Name in tables, options and status.</param>
/// <param name="Tables">The tables that it alone fills.</param>
/// <param name="PeriodSetting">Name of the option with its period.</param>
/// <param name="PeriodMs">Reads that option; 0 = switched off.</param>
/// <param name="Create">Makes the source; it does nothing before its start.</param>
internal sealed record SourceEntry(
    string Name,
    IReadOnlyList<string> Tables,
    string PeriodSetting,
    Func<NodeProbeOptions, int> PeriodMs,
    Func<SourceContext, ISource> Create);

/// <summary>Sources that share a thread, which has a writer number of its own in all tables.</summary>
/// <param name="Thread">Name of the thread; at most 15 characters, as the kernel shows them.</param>
/// <param name="Sources">The sources, in the order of their starts.</param>
internal sealed record SourceGroup(string Thread, IReadOnlyList<SourceEntry> Sources);
