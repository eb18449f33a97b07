using PixieOrleans.Model;

namespace PixieOrleans.Plans;

/// <summary>Names of data types as scripts' messages and plan texts write them.</summary>
public static class TypeNames
{
    /// <summary>The name in Pixie's spelling, such as TIME64NS.</summary>
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
}
