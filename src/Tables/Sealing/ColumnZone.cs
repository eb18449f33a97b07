using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Sealing;

/// <summary>What is known of the cells of a sealed column without reading them.</summary>
internal abstract class ColumnZone
{
    /// <summary>Whether some cell may be within the bound; true for a bound of another type.</summary>
    public abstract bool MayHold(ColumnBound bound);

    /// <summary>The zone of a column with at least one cell.</summary>
    public static ColumnZone Of(Column column) => column switch
    {
        Int64Column cells => Int64Zone.Of(cells.Values),
        Float64Column cells => Float64Zone.Of(cells.Values),
        UInt128Column cells => UInt128Zone.Of(cells.Values),
        BooleanColumn cells => new BooleanZone(cells.Values.Contains(true), cells.Values.Contains(false)),
        DictionaryStringColumn cells => new DictionaryZone(cells.Dictionary),
        _ => UnknownZone.Instance,
    };
}

/// <summary>Nothing is known.</summary>
internal sealed class UnknownZone : ColumnZone
{
    public static readonly UnknownZone Instance = new();

    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound) => true;
}

/// <summary>Least and greatest integer.</summary>
internal sealed class Int64Zone(long min, long max) : ColumnZone
{
    /// <summary>Finds them.</summary>
    public static Int64Zone Of(ReadOnlySpan<long> cells)
    {
        var (min, max) = Range(cells);
        return new Int64Zone(min, max);
    }

    /// <summary>Least and greatest of at least one cell.</summary>
    public static (long Min, long Max) Range(ReadOnlySpan<long> cells)
    {
        var (min, max) = (cells[0], cells[0]);
        var vectors = MemoryMarshal.Cast<long, Vector<long>>(cells);
        if (vectors.Length > 0)
        {
            var (mins, maxes) = (vectors[0], vectors[0]);
            foreach (var vector in vectors)
            {
                mins = Vector.Min(mins, vector);
                maxes = Vector.Max(maxes, vector);
            }

            for (var i = 0; i < Vector<long>.Count; i++)
            {
                (min, max) = (Math.Min(min, mins[i]), Math.Max(max, maxes[i]));
            }
        }

        foreach (var cell in cells[(vectors.Length * Vector<long>.Count)..])
        {
            (min, max) = (Math.Min(min, cell), Math.Max(max, cell));
        }

        return (min, max);
    }

    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound) => bound is not Int64Bound range
        || (range.Min <= max && range.Max >= min);
}

/// <summary>Least and greatest number; NaN counts for nothing, as it is within no bound.</summary>
internal sealed class Float64Zone(double min, double max) : ColumnZone
{
    /// <summary>Finds them.</summary>
    public static Float64Zone Of(ReadOnlySpan<double> cells)
    {
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var cell in cells)
        {
            min = cell < min ? cell : min;
            max = cell > max ? cell : max;
        }

        return new Float64Zone(min, max);
    }

    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound) => bound is not Float64Bound range
        || (min <= max && range.Min <= max && range.Max >= min); // without a number, min is above max
}

/// <summary>Least and greatest upid.</summary>
internal sealed class UInt128Zone(UInt128 min, UInt128 max) : ColumnZone
{
    /// <summary>Finds them.</summary>
    public static UInt128Zone Of(ReadOnlySpan<UInt128> cells)
    {
        var (min, max, last) = (cells[0], cells[0], cells[0]);
        foreach (var cell in cells)
        {
            if (cell != last) // rows of one process come in runs
            {
                (min, max, last) = (UInt128.Min(min, cell), UInt128.Max(max, cell), cell);
            }
        }

        return new UInt128Zone(min, max);
    }

    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound) => bound is not UInt128Bound exact
        || (exact.Value >= min && exact.Value <= max);
}

/// <summary>Which truths there are.</summary>
internal sealed class BooleanZone(bool hasTrue, bool hasFalse) : ColumnZone
{
    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound) => bound is not BooleanBound exact
        || (exact.Value ? hasTrue : hasFalse);
}

/// <summary>The distinct values.</summary>
internal sealed class DictionaryZone(ArenaStringColumn dictionary) : ColumnZone
{
    /// <inheritdoc/>
    public override bool MayHold(ColumnBound bound)
    {
        if (bound is not StringBound exact)
        {
            return true;
        }

        var value = exact.Utf8.Span;
        for (var i = 0; i < dictionary.Length; i++)
        {
            if (dictionary.GetUtf8(i).SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}
