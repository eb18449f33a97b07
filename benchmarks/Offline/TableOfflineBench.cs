using System.Diagnostics;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Tables.Codec;
using PixieOrleans.Tables.Store;

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
        var result = HttpOfflineBench.Run(duration, store.Writer(schema.Name, 0));
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
        foreach (var batch in batches.Take(100))
        {
            RowBatchCodec.Decode(RowBatchCodec.Encode(batch, schema.Columns)); // warm-up
        }

        var (rows, bytes) = (0L, 0L);
        var (encode, decode) = (new Stopwatch(), new Stopwatch());
        foreach (var batch in batches.Take(100))
        {
            encode.Start();
            var block = RowBatchCodec.Encode(batch, schema.Columns);
            encode.Stop();
            decode.Start();
            rows += RowBatchCodec.Decode(block).Rows.Rows;
            decode.Stop();
            bytes += block.Length;
        }

        return
        [
            new("batch codec: encode per row", encode.Elapsed.TotalNanoseconds / rows, "ns"),
            new("batch codec: decode per row", decode.Elapsed.TotalNanoseconds / rows, "ns"),
            new("batch codec: encoded row", (double)bytes / rows, "B"),
        ];
    }
}
