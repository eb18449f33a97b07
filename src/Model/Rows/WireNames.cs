using System.Collections.Frozen;
using System.Text;

namespace PixieOrleans.Model.Rows;

/// <summary>Names of types in JSON: "INT64", "ST_DURATION_NS", "METRIC_COUNTER".</summary>
public static class WireNames
{
    private static readonly FrozenDictionary<SemanticType, string> Semantics =
        Enum.GetValues<SemanticType>().ToFrozenDictionary(v => v, v => "ST_" + ToUpperSnake(v.ToString()));

    private static readonly FrozenDictionary<PatternType, string> Patterns =
        Enum.GetValues<PatternType>().ToFrozenDictionary(v => v, v => ToUpperSnake(v.ToString()));

    /// <summary>Name of a data type.</summary>
    public static string Of(DataType type) => type switch
    {
        DataType.Boolean => "BOOLEAN",
        DataType.Int64 => "INT64",
        DataType.UInt128 => "UINT128",
        DataType.Float64 => "FLOAT64",
        DataType.String => "STRING",
        DataType.Time64Ns => "TIME64NS",
        _ => "DATA_TYPE_UNKNOWN",
    };

    /// <summary>Name of a semantic type.</summary>
    public static string Of(SemanticType semantic) => Semantics.GetValueOrDefault(semantic, "ST_UNSPECIFIED");

    /// <summary>Name of a pattern.</summary>
    public static string Of(PatternType pattern) => Patterns.GetValueOrDefault(pattern, "UNSPECIFIED");

    private static string ToUpperSnake(string pascal)
    {
        var text = new StringBuilder(pascal.Length + 4);
        for (var i = 0; i < pascal.Length; i++)
        {
            if (i > 0 && char.IsUpper(pascal[i]))
            {
                text.Append('_');
            }

            text.Append(char.ToUpperInvariant(pascal[i]));
        }

        return text.ToString();
    }
}
