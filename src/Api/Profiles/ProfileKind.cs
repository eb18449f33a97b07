namespace PixieOrleans.Api.Profiles;

/// <summary>What a profile is of.</summary>
/// <param name="Table">Table with its stacks.</param>
/// <param name="Column">Column with their values, which are added up.</param>
/// <param name="Title">Title of its pictures.</param>
/// <param name="Noun">What the values count, in the plural.</param>
/// <param name="PprofType">Type of the values for pprof.</param>
/// <param name="Unit">Their unit for pprof.</param>
/// <param name="SpeedscopeUnit">Their unit for speedscope.</param>
internal sealed record ProfileKind(
    string Table, string Column, string Title, string Noun, string PprofType, string Unit, string SpeedscopeUnit)
{
    /// <summary>What the CPUs ran.</summary>
    public static ProfileKind OnCpu { get; } =
        new("stack_traces.beta", "count", "CPU profile", "samples", "samples", "count", "none");

    /// <summary>Where threads waited.</summary>
    public static ProfileKind OffCpu { get; } =
        new("off_cpu_stacks", "off_cpu_us", "Time off the CPU", "µs", "off_cpu", "microseconds", "microseconds");
}
