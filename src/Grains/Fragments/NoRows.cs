using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Fragments;

/// <summary>A node's tables without their rows: for a fragment that none of them can matter to.</summary>
internal sealed class NoRows(ITableSource tables) : ITableSource
{
    public IReadOnlyCollection<TableSchema> Schemas => tables.Schemas;

    public IReadOnlyList<RowBatch> Snapshot(string table, ImmutableArray<string> columns, long startNs, long endNs) =>
        [];

    public TableSnapshot Snapshot(
        string table, ImmutableArray<string> columns, long startNs, long endNs, ImmutableArray<ColumnBound> bounds)
    {
        var batches = tables.Snapshot(table, [], startNs, endNs);
        return new TableSnapshot([], batches.Count, batches.Sum(batch => (long)batch.Rows));
    }
}
