using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Tables.Store;

/// <summary>
/// The tables of one node, within a budget of bytes. Each shard's thread writes through its own writers; any thread
/// may take snapshots.
/// </summary>
public sealed class TableStore : ITableSource
{
    private readonly FrozenDictionary<string, Table> _tables;
    private readonly ImmutableArray<Table> _ordered;

    /// <summary>Creates empty tables.</summary>
    /// <param name="schemas">Their schemas; names must differ.</param>
    /// <param name="budgetBytes">Memory of all tables; split by <see cref="TableBudget"/>.</param>
    /// <param name="shards">Threads that write.</param>
    public TableStore(IEnumerable<TableSchema> schemas, long budgetBytes, int shards)
    {
        var list = schemas.ToList();
        var budgets = TableBudget.Split([.. list.Select(s => s.Name)], budgetBytes);
        _ordered = [.. list.Select((s, i) => new Table(s, new TableOptions(budgets[i], shards)))];
        _tables = _ordered.ToFrozenDictionary(t => t.Schema.Name);
        Schemas = list;
        Shards = shards;
    }

    /// <inheritdoc/>
    public IReadOnlyCollection<TableSchema> Schemas { get; }

    /// <summary>Threads that write.</summary>
    public int Shards { get; }

    /// <summary>The writer of one shard of a table; to be used by that shard's thread only.</summary>
    /// <exception cref="KeyNotFoundException">No such table.</exception>
    public IRowWriter Writer(string table, int shard) => Find(table).Writer(shard);

    /// <inheritdoc/>
    public IReadOnlyList<RowBatch> Snapshot(
        string table, ImmutableArray<string> columns, long startNs, long endNs) =>
        Snapshot(table, columns, startNs, endNs, []).Batches;

    /// <inheritdoc/>
    public TableSnapshot Snapshot(
        string table,
        ImmutableArray<string> columns,
        long startNs,
        long endNs,
        ImmutableArray<ColumnBound> bounds)
    {
        var source = Find(table);
        var batches = new List<(long Time, RowBatch Rows)>();
        var skipped = source.Snapshot(
            [.. columns.Select(column => IndexOf(source.Schema, column))],
            startNs,
            endNs,
            [.. bounds.Select(bound => (IndexOf(source.Schema, bound.Column), bound))],
            batches);
        return new TableSnapshot(
            [.. batches.OrderBy(b => b.Time).Select(b => b.Rows)], // stable: equal times keep their order
            skipped.Batches,
            skipped.Rows);
    }

    /// <inheritdoc/>
    public ITableCursor Follow(string table, ImmutableArray<string> columns, long startNs, long endNs)
    {
        var source = Find(table);
        return new TableCursor(source, [.. columns.Select(c => IndexOf(source.Schema, c))], startNs, endNs);
    }

    /// <summary>The state of every table.</summary>
    public IReadOnlyList<TableStatistics> GetStatistics() => [.. _ordered.Select(t => t.GetStatistics())];

    /// <summary>Rows evicted whose time_ lay in [startNs, endNs]; an estimate where a batch is partly inside.</summary>
    /// <exception cref="KeyNotFoundException">No such table.</exception>
    public long RowsEvictedBetween(string table, long startNs, long endNs) =>
        Find(table).RowsEvictedBetween(startNs, endNs);

    /// <summary>As above, over all tables.</summary>
    public long RowsEvictedBetween(long startNs, long endNs)
    {
        long rows = 0;
        foreach (var table in _ordered)
        {
            rows += table.RowsEvictedBetween(startNs, endNs);
        }

        return rows;
    }

    /// <summary>Seals the shard's batches that are old. Called by the shard's thread about once a second.</summary>
    public void SealOldBatches(int shard, long nowNs)
    {
        foreach (var table in _ordered)
        {
            table.Writer(shard).SealWhenOld(nowNs);
        }
    }

    private Table Find(string table) =>
        _tables.TryGetValue(table, out var found)
            ? found
            : throw new KeyNotFoundException($"There is no table {table}.");

    private static int IndexOf(TableSchema schema, string column)
    {
        var index = schema.IndexOf(column);
        return index >= 0 ? index : throw new KeyNotFoundException($"Table {schema.Name} has no column {column}.");
    }
}
