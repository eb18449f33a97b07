using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Exec;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Pxl.Tests.Rewriting;

/// <summary>A table of a few hundred rows with few distinct values, and what plans make of it, as text.</summary>
internal sealed class RandomRows : ITableSource, IBatchSink
{
    public const string Table = "rows";

    public static readonly TableSchema Schema = new(
        Table,
        "",
        [
            new("time_", DataType.Time64Ns),
            new("number", DataType.Int64),
            new("share", DataType.Float64),
            new("flag", DataType.Boolean),
            new("name", DataType.String),
        ]);

    private const int Rows = 200;

    private readonly long[] _times = new long[Rows];
    private readonly long[] _numbers = new long[Rows];
    private readonly double[] _shares = new double[Rows];
    private readonly bool[] _flags = new bool[Rows];
    private readonly byte[] _names = new byte[Rows];
    private readonly List<string> _lines = [];

    public RandomRows(Random random)
    {
        for (var i = 0; i < Rows; i++)
        {
            _times[i] = i / 2;
            _numbers[i] = random.Next(10);
            _shares[i] = random.Next(10) + 0.5;
            _flags[i] = random.Next(2) == 0;
            _names[i] = (byte)('a' + random.Next(4));
        }
    }

    public IReadOnlyCollection<TableSchema> Schemas => [Schema];

    /// <summary>Scans that had bounds.</summary>
    public int Bounded { get; private set; }

    /// <summary>Rows of all results, sorted, with the name of their table in front.</summary>
    public List<string> Run(Plan plan)
    {
        _lines.Clear();
        using var execution = new PlanExecution(plan, this, new ExecutionOptions(), this);
        execution.RunScans(CancellationToken.None);
        execution.Complete();
        return [.. _lines.Order(StringComparer.Ordinal)];
    }

    public IReadOnlyList<RowBatch> Snapshot(
        string table, ImmutableArray<string> columns, long startNs, long endNs)
    {
        var wanted = Enumerable.Range(0, Rows).Where(i => _times[i] >= startNs && _times[i] <= endNs).ToArray();
        return [new RowBatch([.. columns.Select(name => ColumnOf(name, wanted))], wanted.Length)];
    }

    // To the letter: a row that a bound leaves out is not there.
    public TableSnapshot Snapshot(
        string table,
        ImmutableArray<string> columns,
        long startNs,
        long endNs,
        ImmutableArray<ColumnBound> bounds)
    {
        var wanted = Enumerable.Range(0, Rows)
            .Where(i => _times[i] >= startNs && _times[i] <= endNs && bounds.All(bound => IsWithin(bound, i)))
            .ToArray();
        Bounded += bounds.IsEmpty ? 0 : 1;
        var batch = new RowBatch([.. columns.Select(name => ColumnOf(name, wanted))], wanted.Length);
        return new TableSnapshot([batch], 0, Rows - wanted.Length);
    }

    public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch)
    {
        var names = string.Join(',', columns.Select(column => $"{column.Name} {column.Type} {column.Semantic}"));
        for (var row = 0; row < batch.Rows; row++)
        {
            var cells = batch.Columns.Select(column => Cell(column, row));
            _lines.Add($"{table}({names}): {string.Join('|', cells)}");
        }
    }

    public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        throw new NotSupportedException("These plans are not split.");

    private bool IsWithin(ColumnBound bound, int row) => bound switch
    {
        Int64Bound range when range.Column == "number" => _numbers[row] >= range.Min && _numbers[row] <= range.Max,
        Int64Bound range => _times[row] >= range.Min && _times[row] <= range.Max,
        Float64Bound range => _shares[row] >= range.Min && _shares[row] <= range.Max,
        BooleanBound exact => _flags[row] == exact.Value,
        StringBound exact => exact.Utf8.Span.SequenceEqual([_names[row]]),
        _ => throw new NotSupportedException(bound.GetType().Name),
    };

    private Column ColumnOf(string name, int[] wanted) => name switch
    {
        "time_" => new Int64Column(wanted.Select(i => _times[i]).ToArray(), DataType.Time64Ns),
        "number" => new Int64Column(wanted.Select(i => _numbers[i]).ToArray()),
        "share" => new Float64Column(wanted.Select(i => _shares[i]).ToArray()),
        "flag" => new BooleanColumn(wanted.Select(i => _flags[i]).ToArray()),
        "name" => new ArenaStringColumn(
            Enumerable.Range(0, wanted.Length + 1).ToArray(), wanted.Select(i => _names[i]).ToArray()),
        _ => throw new KeyNotFoundException(name),
    };

    private static string Cell(Column column, int row) => column switch
    {
        BooleanColumn cells => cells.Values[row] ? "true" : "false",
        Int64Column cells => cells.Values[row].ToString(CultureInfo.InvariantCulture),
        Float64Column cells => cells.Values[row].ToString("R", CultureInfo.InvariantCulture),
        StringColumn cells => System.Text.Encoding.UTF8.GetString(cells.GetUtf8(row)),
        _ => throw new NotSupportedException(column.GetType().Name),
    };
}
