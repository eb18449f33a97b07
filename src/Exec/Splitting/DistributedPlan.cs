using PixieOrleans.Plans;

namespace PixieOrleans.Exec.Splitting;

/// <summary>A plan cut in two.</summary>
/// <param name="Fragment">Runs on every node over its tables; ends in exchange sinks. Empty when the answer needs no
/// node.</param>
/// <param name="Merge">Runs once over what all fragments send; ends in results.</param>
public sealed record DistributedPlan(Plan Fragment, Plan Merge)
{
    /// <summary>False when nothing is asked of nodes.</summary>
    public bool NeedsNodes => !Fragment.Nodes.IsEmpty;
}
