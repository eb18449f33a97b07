using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Scripts.Tests.Fixtures;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>Runs a plan as a cluster does: its fragment on every node, then the merge part.</summary>
internal static class Execution
{
    /// <summary>Rows as text by table; cells are joined by " | ".</summary>
    public static IReadOnlyDictionary<string, List<string>> Run(Plan plan)
    {
        var parts = PlanSplitter.Split(plan);
        var answer = new AnswerSink();
        using var merge = new PlanExecution(parts.Merge, null, Options(FixtureEnvironment.Merge), answer);
        foreach (var node in parts.Fragment.Nodes.IsEmpty ? [] : FixtureNode.All)
        {
            using var fragment = new PlanExecution(
                parts.Fragment, node.Tables, Options(node.Environment), new FragmentSink(merge));
            fragment.Complete();
        }

        merge.Complete();
        return answer.Rows;
    }

    private static ExecutionOptions Options(QueryEnvironment environment) => new() { Environment = environment };

    /// <summary>Hands what a node sends to the merge part.</summary>
    private sealed class FragmentSink(PlanExecution merge) : IBatchSink
    {
        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            throw new InvalidOperationException($"The fragment yields the table {table}.");

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            merge.Push(channel, batch);
    }

    /// <summary>Keeps the answer as text.</summary>
    private sealed class AnswerSink : IBatchSink
    {
        public SortedDictionary<string, List<string>> Rows { get; } = new(StringComparer.Ordinal);

        public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch)
        {
            if (!Rows.TryGetValue(table, out var rows))
            {
                Rows.Add(table, rows = []);
            }

            for (var row = 0; row < batch.Rows; row++)
            {
                rows.Add(string.Join(" | ", batch.Columns.Select(column => Text(column, row))));
            }
        }

        public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
            throw new InvalidOperationException("The merge part sends rows away.");

        private static string Text(Column column, int row) => column switch
        {
            BooleanColumn cells => cells.Values[row] ? "true" : "false",
            Int64Column cells => cells.Values[row].ToString(CultureInfo.InvariantCulture),
            UInt128Column cells => Upid.FromUInt128(cells.Values[row]).ToString(),
            Float64Column cells => cells.Values[row].ToString("G9", CultureInfo.InvariantCulture),
            StringColumn cells =>
                Encoding.UTF8.GetString(cells.GetUtf8(row)).Replace("\n", "\\n", StringComparison.Ordinal),
            _ => throw new ArgumentException($"No column: {column.GetType()}"),
        };
    }
}
