using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Splitting;

/// <summary>
/// Divides the rows of a node among several executions of the same fragment, one per thread. What they send goes to
/// one merge part, as if each were a node of its own.
/// </summary>
public static class ScanParts
{
    /// <summary>
    /// Whether a fragment may run in parts: all that it sends are states of partial aggregations, so neither the order
    /// of rows nor a limit can tell.
    /// </summary>
    public static bool CanDivide(Plan fragment)
    {
        var nodes = fragment.Nodes.ToDictionary(node => node.Id);
        return fragment.Nodes.All(node => node switch
        {
            TableScanNode scan => !scan.IsStream,
            ExchangeSinkNode sink => nodes[sink.Inputs[0]] is AggregateNode { Mode: AggregateMode.Partial },
            AggregateNode aggregate => aggregate.Mode == AggregateMode.Partial,
            MapNode or FilterNode or UnionNode => true,
            _ => false,
        });
    }

    /// <summary>Sources that together have the rows of <paramref name="tables"/>, each batch in one of them.</summary>
    /// <remarks>
    /// All parts have to be asked for the same snapshots in the same order, by a thread each; the first that asks takes
    /// the snapshot for all.
    /// </remarks>
    public static IReadOnlyList<ITableSource> Divide(ITableSource tables, int parts)
    {
        var shared = new SharedSnapshots(tables);
        return [.. Enumerable.Range(0, parts).Select(part => new Part(shared, part, parts))];
    }

    private sealed class SharedSnapshots(ITableSource tables)
    {
        private readonly Lock _gate = new();
        private readonly List<TableSnapshot> _taken = [];

        public ITableSource Tables => tables;

        public TableSnapshot Get(int index, Func<ITableSource, TableSnapshot> take)
        {
            lock (_gate)
            {
                if (index == _taken.Count)
                {
                    _taken.Add(take(tables));
                }

                return _taken[index];
            }
        }
    }

    /// <summary>Every parts-th batch, so that parts have about the same rows of every time.</summary>
    private sealed class Part(SharedSnapshots shared, int part, int parts) : ITableSource
    {
        private int _asked;

        public IReadOnlyCollection<TableSchema> Schemas => shared.Tables.Schemas;

        public IReadOnlyList<RowBatch> Snapshot(
            string table, ImmutableArray<string> columns, long startNs, long endNs) =>
            Snapshot(table, columns, startNs, endNs, []).Batches;

        public TableSnapshot Snapshot(
            string table,
            ImmutableArray<string> columns,
            long startNs,
            long endNs,
            ImmutableArray<ColumnBound> bounds)
        {
            var whole = shared.Get(_asked++, tables => tables.Snapshot(table, columns, startNs, endNs, bounds));
            var batches = new List<RowBatch>();
            for (var i = part; i < whole.Batches.Count; i += parts)
            {
                batches.Add(whole.Batches[i]);
            }

            var first = part == 0; // what was skipped counts once
            return new TableSnapshot(batches, first ? whole.SkippedBatches : 0, first ? whole.SkippedRows : 0);
        }
    }
}
