using PixieOrleans.Model;

namespace PixieOrleans.Tables.Columns;

/// <summary>String cells in one of two layouts. Kernels switch on the layout once per batch.</summary>
public abstract class StringColumn : Column
{
    /// <inheritdoc/>
    public override DataType Type => DataType.String;

    /// <summary>UTF-8 bytes of a cell.</summary>
    public abstract ReadOnlySpan<byte> GetUtf8(int row);
}

/// <summary>One arena of bytes; cell i is Arena[Offsets[i] .. Offsets[i + 1]].</summary>
/// <param name="offsets">Length + 1 positions in the arena, growing.</param>
/// <param name="arena">UTF-8 bytes.</param>
public sealed class ArenaStringColumn(ReadOnlyMemory<int> offsets, ReadOnlyMemory<byte> arena) : StringColumn
{
    /// <summary>Length + 1 positions in the arena.</summary>
    public ReadOnlyMemory<int> Offsets { get; } = offsets;

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Arena { get; } = arena;

    /// <inheritdoc/>
    public override int Length => Offsets.Length - 1;

    /// <inheritdoc/>
    public override long Bytes =>
        Offsets.Length * (long)sizeof(int) + Offsets.Span[^1] - Offsets.Span[0];

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetUtf8(int row)
    {
        var offsets = Offsets.Span;
        return Arena.Span[offsets[row]..offsets[row + 1]];
    }

    /// <inheritdoc/>
    public override Column Slice(int start, int count) =>
        new ArenaStringColumn(Offsets.Slice(start, count + 1), Arena);
}

/// <summary>Cells as codes into a dictionary of distinct values.</summary>
/// <param name="codes">Per cell, a row of the dictionary.</param>
/// <param name="dictionary">Distinct values.</param>
public sealed class DictionaryStringColumn(ReadOnlyMemory<int> codes, ArenaStringColumn dictionary) : StringColumn
{
    /// <summary>Per cell, a row of the dictionary.</summary>
    public ReadOnlyMemory<int> Codes { get; } = codes;

    /// <summary>Distinct values.</summary>
    public ArenaStringColumn Dictionary { get; } = dictionary;

    /// <inheritdoc/>
    public override int Length => Codes.Length;

    /// <inheritdoc/>
    public override long Bytes => Codes.Length * (long)sizeof(int) + Dictionary.Bytes;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> GetUtf8(int row) => Dictionary.GetUtf8(Codes.Span[row]);

    /// <inheritdoc/>
    public override Column Slice(int start, int count) =>
        new DictionaryStringColumn(Codes.Slice(start, count), Dictionary);
}
