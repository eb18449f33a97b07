using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>Makes columns from arrays of cells.</summary>
internal static class FixedColumns
{
    /// <summary>A column over <paramref name="cells"/>, which it keeps.</summary>
    public static Column Create<T>(DataType type, T[] cells)
        where T : unmanaged => cells switch
        {
            long[] values => new Int64Column(values, type),
            double[] values => new Float64Column(values),
            bool[] values => new BooleanColumn(values),
            UInt128[] values => new UInt128Column(values),
            _ => throw new ArgumentException($"No column holds {typeof(T).Name} cells."),
        };
}
