using System.Diagnostics;
using System.Globalization;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Tables.Codec;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Bench.Offline;

/// <summary>Bytes of HTTP/1.1 exchanges to rows in a real table, and these rows to blocks and back.</summary>
public static class TableOfflineBench
{
    private const long BudgetBytes = 256 << 20;

    /// <summary>Runs and prints.</summary>
    public static void Print(TimeSpan duration)
    {
        var schema = new HttpProtocol(new HttpOptions()).Table;
        var store = new TableStore([schema], BudgetBytes, shards: 1);
        var result = HttpOfflineBench.Run(duration, store.Writer(schema.Name, 0));
        var table = store.GetStatistics()[0];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"table-offline: {result.PerSecond:F0} exchanges/s/core, {result.Nanoseconds:F0} ns, "
            + $"{result.AllocatedBytes:F0} bytes allocated per exchange, {(double)table.Bytes / table.Rows:F0} bytes "
            + $"held per row, {table.Bytes >> 20} of {table.BudgetBytes >> 20} MiB held"));
        PrintCodec(store, schema);
    }

    private static void PrintCodec(TableStore store, Model.TableSchema schema)
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

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"codec: {encode.Elapsed.TotalNanoseconds / rows:F0} ns to encode, "
            + $"{decode.Elapsed.TotalNanoseconds / rows:F0} ns to decode, {(double)bytes / rows:F0} bytes per row"));
    }
}
