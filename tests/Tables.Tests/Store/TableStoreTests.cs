using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Tables.Tests.Store;

public sealed class TableStoreTests
{
    [Fact]
    public void Constructor_SplitsTheBudgetByName()
    {
        string[] names =
        [
            "http_events", "stirling_error", "probe_status", "proc_exit_events", "conn_stats", "process_stats", "other",
        ];
        var schemas = names.Select(n => SampleRows.Schema with { Name = n });

        var store = new TableStore(schemas, 512L << 20, shards: 2);

        var budgets = store.GetStatistics().ToDictionary(s => s.Name, s => s.BudgetBytes);
        Assert.Equal(214_748_364, budgets["http_events"]);
        Assert.Equal(1L << 20, budgets["stirling_error"]);
        Assert.Equal(1L << 20, budgets["probe_status"]);
        Assert.Equal(10L << 20, budgets["proc_exit_events"]);
        Assert.Equal(53_687_091, budgets["process_stats"]);
        Assert.Equal(127_926_272, budgets["conn_stats"]);
        Assert.Equal(127_926_272, budgets["other"]);
    }

    [Fact]
    public void Snapshot_OverShards_IsOldestFirstWithTheWantedColumns()
    {
        var store = new TableStore([SampleRows.Schema], 16 << 20, shards: 2);
        SampleRows.Write(store.Writer("sample", 1), 5, 50);
        SampleRows.Write(store.Writer("sample", 0), 6, 60);

        var batches = store.Snapshot("sample", ["id"], 0, long.MaxValue);

        Assert.Equal([5L, 6L], batches.Select(b => ((Int64Column)Assert.Single(b.Columns)).Values[0]));
    }

    [Fact]
    public void Snapshot_OfUnknownNames_Fails()
    {
        var store = new TableStore([SampleRows.Schema], 16 << 20, shards: 1);

        var table = Assert.Throws<KeyNotFoundException>(() => store.Snapshot("none", [], 0, 1));
        var column = Assert.Throws<KeyNotFoundException>(() => store.Snapshot("sample", ["none"], 0, 1));

        Assert.Equal("There is no table none.", table.Message);
        Assert.Equal("Table sample has no column none.", column.Message);
    }

    [Fact]
    public void Snapshot_OfATableWithoutTime_IgnoresTheRange()
    {
        var schema = new TableSchema("plain", "", [new ColumnSchema("x", DataType.Int64)]);
        var store = new TableStore([schema], 16 << 20, shards: 1);
        store.Writer("plain", 0).WriteInt64(1);
        store.Writer("plain", 0).EndRow();

        Assert.Equal(1, Assert.Single(store.Snapshot("plain", ["x"], 100, 200)).Rows);
    }

    [Fact]
    public void RowsEvictedBetween_CountsOnlyTheRange()
    {
        var history = new EvictionHistory(capacity: 4);
        for (var i = 0; i < 10; i++)
        {
            history.Add(i * 100, (i * 100) + 99, 10);
        }

        Assert.Equal(100, history.RowsBetween(0, 1000));
        Assert.Equal(5, history.RowsBetween(950, 2000));
        Assert.Equal(0, history.RowsBetween(1000, 2000));
    }
}
