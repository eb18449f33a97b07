using System.Collections.Immutable;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Bench.Queries;

/// <summary>
/// Ten million rows in batches as sealed by the table store: a million made from a seed, seen ten times.
/// </summary>
internal sealed class HttpRows : ITableSource
{
    public const int Rows = Distinct * Repeats;

    public const int Repeats = 10;

    private const int Distinct = 1_000_000;
    private const int BatchRows = 4096;
    private const int Services = 40;
    private const int Paths = 500;
    private const int OwnerRows = 1000;

    public static readonly ImmutableArray<ColumnSchema> Columns =
    [
        new("time_", DataType.Time64Ns),
        new("service", DataType.String),
        new("req_path", DataType.String),
        new("resp_status", DataType.Int64),
        new("latency", DataType.Int64),
        new("req_headers", DataType.String),
    ];

    private static readonly ImmutableArray<ColumnSchema> OwnerColumns =
        [new("name", DataType.String), new("team", DataType.String)];

    private readonly List<RowBatch> _batches = [];

    public HttpRows()
    {
        var random = new Random(1);
        for (var start = 0; start < Distinct; start += BatchRows)
        {
            _batches.Add(Batch(random, start, Math.Min(BatchRows, Distinct - start)));
        }
    }

    public IReadOnlyCollection<TableSchema> Schemas { get; } =
        [new("http_events", "", Columns), new("owners", "", OwnerColumns)];

    /// <summary>The distinct batches.</summary>
    public IReadOnlyList<RowBatch> Batches => _batches;

    /// <summary>The small table to join with.</summary>
    public RowBatch Owners { get; } = new(
        [
            Strings([.. Enumerable.Range(0, OwnerRows).Select(i => $"shop/service-{i}")]),
            Strings([.. Enumerable.Range(0, OwnerRows).Select(i => $"team-{i % 7}")]),
        ],
        OwnerRows);

    public IReadOnlyList<RowBatch> Snapshot(string table, ImmutableArray<string> columns, long startNs, long endNs)
    {
        var isEvents = table == "http_events";
        var schema = Schemas.First(schema => schema.Name == table);
        var indexes = columns.Select(schema.IndexOf).ToArray();
        RowBatch View(RowBatch batch) => new([.. indexes.Select(index => batch.Columns[index])], batch.Rows);
        return isEvents
            ? [.. Enumerable.Repeat(_batches.Select(View).ToList(), Repeats).SelectMany(batches => batches)]
            : [View(Owners)];
    }

    private static RowBatch Batch(Random random, int start, int rows)
    {
        var (times, latencies, statuses) = (new long[rows], new long[rows], new long[rows]);
        var (services, paths, headers) = (new int[rows], new string[rows], new string[rows]);
        for (var i = 0; i < rows; i++)
        {
            times[i] = 1_700_000_000_000_000_000 + (start + i) * 1_000_000L;
            latencies[i] = (long)(1e6 * Math.Exp(2 * Gaussian(random))); // around 1 ms, a long tail
            statuses[i] = random.Next(50) == 0 ? 500 : 200;
            services[i] = (int)(Services * Math.Pow(random.NextDouble(), 2)); // some are busier
            paths[i] = $"/api/v1/items/{random.Next(Paths)}";
            headers[i] = $"{{\"Accept\":\"*/*\",\"Host\":\"shop-{random.Next(20)}.example.com\","
                + $"\"User-Agent\":\"curl/8.5.0\",\"X-Request-Id\":\"{random.NextInt64():x16}\"}}";
        }

        return new RowBatch(
            [
                new Int64Column(times, DataType.Time64Ns),
                new DictionaryStringColumn(
                    services, Strings([.. Enumerable.Range(0, Services).Select(i => $"shop/service-{i}")])),
                Strings(paths),
                new Int64Column(statuses),
                new Int64Column(latencies),
                Strings(headers),
            ],
            rows);
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static ArenaStringColumn Strings(string[] cells)
    {
        var offsets = new int[cells.Length + 1];
        var arena = new MemoryStream();
        for (var i = 0; i < cells.Length; i++)
        {
            arena.Write(Encoding.UTF8.GetBytes(cells[i]));
            offsets[i + 1] = (int)arena.Length;
        }

        return new ArenaStringColumn(offsets, arena.ToArray());
    }
}
