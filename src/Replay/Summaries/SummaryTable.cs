using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Replay.Summaries;

/// <summary>A small table of a summary.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Cells per row: texts, long, and nothing for a number that is not known.</param>
public sealed record SummaryTable(
    string Name, ImmutableArray<ColumnSchema> Columns, ImmutableArray<ImmutableArray<object>> Rows)
{
    /// <summary>Hands every row to a writer, in order.</summary>
    public void WriteTo(IRowWriter writer)
    {
        foreach (var row in Rows)
        {
            foreach (var cell in row)
            {
                if (cell is long number)
                {
                    writer.WriteInt64(number);
                }
                else
                {
                    writer.WriteString(System.Text.Encoding.UTF8.GetBytes((string)cell));
                }
            }

            writer.EndRow();
        }
    }

    /// <summary>A column of text.</summary>
    internal static ColumnSchema Text(string name) =>
        new(name, DataType.String, SemanticType.None, PatternType.General, "");

    /// <summary>A column of numbers.</summary>
    internal static ColumnSchema Count(string name, SemanticType semantic = SemanticType.None) =>
        new(name, DataType.Int64, semantic, PatternType.MetricGauge, "");

    /// <summary>A column of times.</summary>
    internal static ColumnSchema Time(string name) =>
        new(name, DataType.Time64Ns, SemanticType.None, PatternType.General, "");
}
