using PixieOrleans.Model;

namespace PixieOrleans.Tables.Columns;

/// <summary>Immutable cells of one column of a batch; a view over arrays that may be longer.</summary>
public abstract class Column
{
    /// <summary>Type of the cells.</summary>
    public abstract DataType Type { get; }

    /// <summary>Number of cells.</summary>
    public abstract int Length { get; }

    /// <summary>Bytes of the cells in view.</summary>
    public abstract long Bytes { get; }

    /// <summary>A view of <paramref name="count"/> cells from <paramref name="start"/>; copies nothing.</summary>
    public abstract Column Slice(int start, int count);
}

/// <summary>Cells of fixed width.</summary>
public abstract class FixedColumn<T>(ReadOnlyMemory<T> values) : Column
    where T : unmanaged
{
    private readonly ReadOnlyMemory<T> _values = values;

    /// <summary>The cells.</summary>
    public ReadOnlySpan<T> Values => _values.Span;

    /// <summary>The cells, to be kept.</summary>
    public ReadOnlyMemory<T> Memory => _values;

    /// <inheritdoc/>
    public override int Length => _values.Length;

    /// <inheritdoc/>
    public override long Bytes => (long)_values.Length * System.Runtime.CompilerServices.Unsafe.SizeOf<T>();
}

/// <summary>Boolean cells.</summary>
public sealed class BooleanColumn(ReadOnlyMemory<bool> values) : FixedColumn<bool>(values)
{
    /// <inheritdoc/>
    public override DataType Type => DataType.Boolean;

    /// <inheritdoc/>
    public override Column Slice(int start, int count) => new BooleanColumn(Memory.Slice(start, count));
}

/// <summary>Int64 or Time64Ns cells.</summary>
public sealed class Int64Column(ReadOnlyMemory<long> values, DataType type = DataType.Int64)
    : FixedColumn<long>(values)
{
    /// <inheritdoc/>
    public override DataType Type { get; } = type;

    /// <inheritdoc/>
    public override Column Slice(int start, int count) => new Int64Column(Memory.Slice(start, count), Type);
}

/// <summary>Float64 cells.</summary>
public sealed class Float64Column(ReadOnlyMemory<double> values) : FixedColumn<double>(values)
{
    /// <inheritdoc/>
    public override DataType Type => DataType.Float64;

    /// <inheritdoc/>
    public override Column Slice(int start, int count) => new Float64Column(Memory.Slice(start, count));
}

/// <summary>UInt128 cells.</summary>
public sealed class UInt128Column(ReadOnlyMemory<UInt128> values) : FixedColumn<UInt128>(values)
{
    /// <inheritdoc/>
    public override DataType Type => DataType.UInt128;

    /// <inheritdoc/>
    public override Column Slice(int start, int count) => new UInt128Column(Memory.Slice(start, count));
}
