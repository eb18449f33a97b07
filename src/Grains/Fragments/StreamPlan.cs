using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Fragments;

/// <summary>
/// A fragment whose streaming scans are channels: what the cursors over its tables yield is pushed into them.
/// </summary>
/// <param name="Plan">The plan to execute.</param>
/// <param name="Sources">Its channels and the scans they stand for.</param>
internal sealed record StreamPlan(Plan Plan, ImmutableArray<(int Channel, TableScanNode Scan)> Sources)
{
    /// <summary>Makes channels of the scans of a fragment.</summary>
    /// <exception cref="InvalidPlanException">A scan of the fragment is none of a stream.</exception>
    public static StreamPlan Of(Plan fragment)
    {
        var nodes = ImmutableArray.CreateBuilder<PlanNode>(fragment.Nodes.Length);
        var sources = ImmutableArray.CreateBuilder<(int, TableScanNode)>();
        foreach (var node in fragment.Nodes)
        {
            if (node is not TableScanNode scan)
            {
                nodes.Add(node);
                continue;
            }

            if (!scan.IsStream)
            {
                throw new InvalidPlanException($"The fragment of a stream scans {scan.Table} once.");
            }

            nodes.Add(new ExchangeSourceNode(scan.Id, scan.Columns, sources.Count));
            sources.Add((sources.Count, scan));
        }

        return new StreamPlan(new Plan(nodes.DrainToImmutable()), sources.DrainToImmutable());
    }

    /// <summary>Cursors over the tables of the scans, in the order of the sources.</summary>
    public ImmutableArray<ITableCursor> Follow(ITableSource tables) =>
    [
        .. Sources.Select(source => tables.Follow(
            source.Scan.Table,
            [.. source.Scan.Columns.Select(column => column.Name)],
            source.Scan.StartNs ?? long.MinValue,
            source.Scan.EndNs ?? long.MaxValue)),
    ];
}
