using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Tests.Distributed;

/// <summary>Tables t and u of a few nodes, rows as cells and as batches of changing layouts.</summary>
internal sealed class RandomTables
{
    public const int Nodes = 5;

    public static readonly ImmutableArray<ColumnSchema> Schema = Cells.Schema(
        ("time_", DataType.Time64Ns),
        ("s", DataType.String),
        ("path", DataType.String),
        ("x", DataType.Int64),
        ("f", DataType.Float64),
        ("upid", DataType.UInt128),
        ("b", DataType.Boolean));

    private readonly MemoryTables[] _nodes = new MemoryTables[Nodes];
    private readonly Dictionary<string, List<object[]>> _rows = [];

    public RandomTables(Random random)
    {
        for (var node = 0; node < Nodes; node++)
        {
            _nodes[node] = new MemoryTables();
        }

        foreach (var table in new[] { "t", "u" })
        {
            _rows.Add(table, []);
            var most = random.Next(4) == 0 ? 2 : 9; // often enough a node has none
            for (var node = 0; node < Nodes; node++)
            {
                var rows = Enumerable.Range(0, random.Next(most)).Select(_ => Row(random)).ToList();
                _rows[table].AddRange(rows);
                _nodes[node].Add(table, Schema, Batches(random, rows));
            }
        }

        All = new MemoryTables();
        foreach (var (table, rows) in _rows)
        {
            All.Add(table, Schema, Batches(random, rows));
        }
    }

    /// <summary>The rows of all nodes at one place.</summary>
    public MemoryTables All { get; }

    public IReadOnlyList<MemoryTables> PerNode => _nodes;

    public IReadOnlyList<object[]> Rows(string table) => _rows[table];

    // Doubles are eighths: their sums are exact in any order.
    private static object[] Row(Random random) =>
    [
        new Time(random.Next(50)),
        $"s{random.Next(4)}",
        random.Next(6) == 0 ? "" : $"/p{random.Next(12)}",
        random.NextInt64(-5, 12),
        random.Next(-16, 16) / 8.0,
        new UInt128((ulong)random.Next(2), (ulong)random.Next(3)),
        random.Next(2) == 0,
    ];

    private static List<RowBatch> Batches(Random random, List<object[]> rows)
    {
        var batches = new List<RowBatch>();
        for (var start = 0; start < rows.Count;)
        {
            var count = Math.Min(rows.Count - start, random.Next(1, 12));
            batches.Add(Batch(random, rows.GetRange(start, count)));
            start += count;
        }

        return batches;
    }

    private static RowBatch Batch(Random random, List<object[]> rows)
    {
        var columns = Schema.Select((column, i) =>
        {
            var cells = rows.Select(row => row[i]).ToList();
            return column.Type == DataType.String && random.Next(2) == 0
                ? Cells.Dictionary([.. cells.Cast<string>()])
                : Cells.Column(column.Type, cells);
        });
        return new RowBatch([.. columns], rows.Count);
    }
}
