namespace PixieOrleans.Tables;

/// <summary>A condition on one column that all wanted rows fulfil: batches without such a row need not be read.
/// </summary>
/// <param name="Column">Name of the column.</param>
public abstract record ColumnBound(string Column);

/// <summary>Int64 or Time64Ns cells in [Min, Max].</summary>
public sealed record Int64Bound(string Column, long Min, long Max) : ColumnBound(Column);

/// <summary>Float64 cells in [Min, Max]; NaN is in no range.</summary>
public sealed record Float64Bound(string Column, double Min, double Max) : ColumnBound(Column);

/// <summary>UInt128 cells of one value.</summary>
public sealed record UInt128Bound(string Column, UInt128 Value) : ColumnBound(Column);

/// <summary>Boolean cells of one value.</summary>
public sealed record BooleanBound(string Column, bool Value) : ColumnBound(Column);

/// <summary>String cells of one value.</summary>
public sealed record StringBound(string Column, ReadOnlyMemory<byte> Utf8) : ColumnBound(Column);
