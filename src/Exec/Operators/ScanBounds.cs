using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Operators;

/// <summary>Turns the bounds of a scan into what tables compare their batches with.</summary>
internal static class ScanBounds
{
    private const double Epsilon = 2.0 / (1L << 52); // twice that of the comparison, as its subtraction rounds

    /// <summary>The bounds; those of a kind that tables know nothing about are left out.</summary>
    /// <exception cref="InvalidPlanException">A bound does not fit its column.</exception>
    public static ImmutableArray<ColumnBound> Of(TableScanNode scan)
    {
        try
        {
            return [.. scan.Bounds.Select(bound => Of(scan, bound)).OfType<ColumnBound>()];
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            throw new InvalidPlanException($"A bound of scan {scan.Id} is not of its type.");
        }
    }

    private static ColumnBound? Of(TableScanNode scan, ScanBound bound)
    {
        var column = scan.Columns.FirstOrDefault(column => column.Name == bound.Column);
        if (column is null || column.Type != bound.Value.Type)
        {
            throw new InvalidPlanException(
                $"Scan {scan.Id} has no column '{bound.Column}' of type {bound.Value.Type}.");
        }

        var (text, culture, isEqual) = (bound.Value.Text, CultureInfo.InvariantCulture, bound.Function == "equal");
        return column.Type switch
        {
            DataType.Int64 or DataType.Time64Ns => Integers(bound, long.Parse(text, culture)),
            DataType.Float64 => Numbers(bound, double.Parse(text, culture)),
            DataType.Boolean when isEqual => new BooleanBound(bound.Column, bool.Parse(text)),
            DataType.UInt128 when isEqual => new UInt128Bound(bound.Column, UInt128.Parse(text, culture)),
            DataType.String when isEqual => new StringBound(bound.Column, Encoding.UTF8.GetBytes(text)),
            _ => null,
        };
    }

    // An end that wraps round would make a range of what no value fulfils; the whole range is right as well.
    private static Int64Bound? Integers(ScanBound bound, long value) => bound.Function switch
    {
        "equal" => new Int64Bound(bound.Column, value, value),
        "lessThan" when value > long.MinValue => new Int64Bound(bound.Column, long.MinValue, value - 1),
        "lessThanEqual" => new Int64Bound(bound.Column, long.MinValue, value),
        "greaterThan" when value < long.MaxValue => new Int64Bound(bound.Column, value + 1, long.MaxValue),
        "greaterThanEqual" => new Int64Bound(bound.Column, value, long.MaxValue),
        _ => null,
    };

    // Numbers are equal within the machine epsilon; nothing is less or greater than NaN.
    private static Float64Bound? Numbers(ScanBound bound, double value) => bound.Function switch
    {
        "equal" => new Float64Bound(bound.Column, value - Epsilon, value + Epsilon),
        "lessThan" or "lessThanEqual" => new Float64Bound(bound.Column, double.NegativeInfinity, value),
        "greaterThan" or "greaterThanEqual" => new Float64Bound(bound.Column, value, double.PositiveInfinity),
        _ => null,
    };
}
