using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Tests;

/// <summary>Keeps everything it is given.</summary>
internal sealed class CollectingSink : IBatchSink
{
    public List<(string Table, RowBatch Batch)> Results { get; } = [];

    public List<(int Channel, RowBatch Batch)> Exchanges { get; } = [];

    public List<string> Rows(string table = "output") =>
        [.. Results.Where(result => result.Table == table).SelectMany(result => Cells.Rows(result.Batch))];

    public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        Results.Add((table, batch));

    public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        Exchanges.Add((channel, batch));
}
