using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Statistics of an execution as records that travel.</summary>
internal static class OperatorFiguresMapping
{
    public static ImmutableArray<OperatorFigures> ToFigures(this ExecutionStatistics statistics) =>
    [
        .. statistics.Operators.Select(o => new OperatorFigures(
            o.NodeId, o.Kind, o.RowsIn, o.RowsOut, o.BytesOut, o.OwnNs) { RowsSkipped = o.RowsSkipped }),
    ];
}
