using PixieOrleans.Protocols.Http;
using PixieOrleans.Tables.Codec;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit.Recordings;

namespace PixieOrleans.Bench.Offline;

/// <summary>Bytes of HTTP/1.1 exchanges to rows in a real table, and these rows to blocks and back.</summary>
public static class TableOfflineBench
{
    private const long BudgetBytes = 256 << 20;

    /// <summary>Parsing into a table of 256 MiB, then its batches through the codec.</summary>
    public static IReadOnlyList<Figure> Measure(TimeSpan duration)
    {
        var schema = new HttpProtocol(new HttpOptions()).Table;
        var store = new TableStore([schema], BudgetBytes, shards: 1);
        var result = ProtocolOfflineBench.Run(
            HttpExchange.Get, duration, store.Writer(schema.Name, 0));
        var table = store.GetStatistics()[0];
        return
        [
            new("offline HTTP/1, bytes to rows: exchanges per second and core", result.PerSecond, "1/s", ">= 500000"),
            new("offline HTTP/1, bytes to rows: held per row", (double)table.Bytes / table.Rows, "B"),
            .. MeasureCodec(store, schema),
        ];
    }

    private static IReadOnlyList<Figure> MeasureCodec(TableStore store, Model.TableSchema schema)
    {
        var batches = store.Snapshot(schema.Name, [.. schema.Columns.Select(c => c.Name)], 0, long.MaxValue);
        var some = batches.Take(100).ToList();
        var blocks = some.Select(batch => RowBatchCodec.Encode(batch, schema.Columns)).ToList();
        var rows = (double)some.Sum(batch => batch.Rows);
        var encode = Best(() => some.ForEach(batch => RowBatchCodec.Encode(batch, schema.Columns)));
        var decode = Best(() => blocks.ForEach(block => RowBatchCodec.Decode(block)));
        return
        [
            new("batch codec: encode per row", encode.TotalNanoseconds / rows, "ns"),
            new("batch codec: decode per row", decode.TotalNanoseconds / rows, "ns"),
            new("batch codec: encoded row", blocks.Sum(block => block.Length) / rows, "B"),
        ];
    }

    /// <summary>CPU time of the best of many runs; the first ones warm up.</summary>
    private static TimeSpan Best(Action run)
    {
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 20; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            run();
            var used = Environment.CpuUsage.TotalTime - before;
            best = used < best ? used : best;
        }

        return best;
    }
}
