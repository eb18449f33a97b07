using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Tests;

/// <summary>Tables made of given batches; counts the snapshots taken.</summary>
internal sealed class MemoryTables : ITableSource
{
    private readonly Dictionary<string, (TableSchema Schema, IReadOnlyList<RowBatch> Batches)> _tables = [];

    public int Snapshots { get; private set; }

    public (long StartNs, long EndNs) LastRange { get; private set; }

    public IReadOnlyCollection<TableSchema> Schemas => [.. _tables.Values.Select(table => table.Schema)];

    public MemoryTables Add(string name, ImmutableArray<ColumnSchema> columns, params IReadOnlyList<RowBatch> batches)
    {
        _tables.Add(name, (new TableSchema(name, "", columns), batches));
        return this;
    }

    public IReadOnlyList<RowBatch> Snapshot(string table, ImmutableArray<string> columns, long startNs, long endNs)
    {
        Snapshots++;
        LastRange = (startNs, endNs);
        var (schema, batches) = _tables[table];
        var indexes = columns.Select(schema.IndexOf).ToArray();
        return [.. batches.Select(batch => new RowBatch([.. indexes.Select(i => batch.Columns[i])], batch.Rows))];
    }
}
