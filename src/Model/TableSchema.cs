using System.Collections.Immutable;

namespace PixieOrleans.Model;

/// <summary>How a column's values behave over time. Numbers as in Pixie's wire format.</summary>
public enum PatternType
{
    /// <summary>Not set.</summary>
    Unspecified = 0,

    /// <summary>Any value.</summary>
    General = 100,

    /// <summary>One of few values.</summary>
    GeneralEnum = 101,

    /// <summary>Text with a structure, such as JSON.</summary>
    Structured = 200,

    /// <summary>A count that only grows.</summary>
    MetricCounter = 300,

    /// <summary>A value that goes up and down.</summary>
    MetricGauge = 301,
}

/// <summary>One column of a table.</summary>
/// <param name="Name">Unique within its table, case-sensitive.</param>
/// <param name="Type">Type of the cells.</param>
/// <param name="Semantic">Meaning of the cells.</param>
/// <param name="Pattern">Behaviour over time.</param>
/// <param name="Description">One sentence for people; may be empty.</param>
public sealed record ColumnSchema(
    string Name,
    DataType Type,
    SemanticType Semantic = SemanticType.None,
    PatternType Pattern = PatternType.General,
    string Description = "");

/// <summary>Name and columns of a table, in the order in which rows are written.</summary>
public sealed record TableSchema(string Name, string Description, ImmutableArray<ColumnSchema> Columns)
{
    /// <summary>Position of a column, or -1 when the table has none of this name.</summary>
    public int IndexOf(string column)
    {
        for (var i = 0; i < Columns.Length; i++)
        {
            if (Columns[i].Name == column)
            {
                return i;
            }
        }

        return -1;
    }
}
