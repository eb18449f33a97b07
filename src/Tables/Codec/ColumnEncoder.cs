using System.Collections.Immutable;
using System.Runtime.InteropServices;
using MessagePack;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Codec;

/// <summary>Layouts of a column in <see cref="RowBatchCodec"/>.</summary>
internal enum ColumnLayout
{
    /// <summary>One blob of fixed-width cells.</summary>
    Fixed = 0,

    /// <summary>Offsets and arena.</summary>
    Arena = 1,

    /// <summary>Codes, and offsets and arena of the dictionary.</summary>
    Dictionary = 2,

    /// <summary>Least integer, and one blob of what the cells have more than it, in 1, 2 or 4 bytes each.</summary>
    NarrowFixed = 3,

    /// <summary>As Dictionary, with codes of 1 or 2 bytes.</summary>
    NarrowDictionary = 4,
}

/// <summary>Writes the body of <see cref="RowBatchCodec"/>.</summary>
internal static class ColumnEncoder
{
    /// <summary>Writes rows and columns.</summary>
    public static void WriteBody(ref MessagePackWriter writer, RowBatch batch, ImmutableArray<ColumnSchema> columns)
    {
        writer.WriteArrayHeader(2);
        writer.Write(batch.Rows);
        writer.WriteArrayHeader(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            if (columns[i].Type != batch.Columns[i].Type)
            {
                throw new ArgumentException(
                    $"Column {columns[i].Name} is {columns[i].Type}, its cells are {batch.Columns[i].Type}.");
            }

            WriteColumn(ref writer, batch.Columns[i], columns[i]);
        }
    }

    private static void WriteColumn(ref MessagePackWriter writer, Column column, ColumnSchema schema)
    {
        switch (column)
        {
            case BooleanColumn cells:
                WriteFixed(ref writer, schema, MemoryMarshal.AsBytes(cells.Values));
                break;
            case Int64Column cells:
                WriteIntegers(ref writer, schema, cells.Values);
                break;
            case Float64Column cells:
                WriteFixed(ref writer, schema, MemoryMarshal.AsBytes(cells.Values));
                break;
            case UInt128Column cells:
                WriteFixed(ref writer, schema, MemoryMarshal.AsBytes(cells.Values));
                break;
            case DictionaryStringColumn cells when cells.Dictionary.Length <= cells.Length:
                WriteDictionary(ref writer, schema, cells);
                break;
            case DictionaryStringColumn cells: // a slice of few rows: the dictionary would be most of it
                WriteHead(ref writer, schema, ColumnLayout.Arena, blobs: 2);
                WriteArena(
                    ref writer,
                    (ArenaStringColumn)ColumnGather.Gather(cells.Dictionary, cells.Codes.Span));
                break;
            case ArenaStringColumn cells:
                WriteHead(ref writer, schema, ColumnLayout.Arena, blobs: 2);
                WriteArena(ref writer, cells);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(column), column.GetType(), "Unknown kind of column.");
        }
    }

    private static void WriteFixed(ref MessagePackWriter writer, ColumnSchema schema, ReadOnlySpan<byte> cells)
    {
        WriteHead(ref writer, schema, ColumnLayout.Fixed, blobs: 1);
        writer.Write(cells);
    }

    // A fraction of the bytes to compress and to send.
    private static void WriteIntegers(ref MessagePackWriter writer, ColumnSchema schema, ReadOnlySpan<long> cells)
    {
        var (min, max) = cells.IsEmpty ? (long.MinValue, long.MaxValue) : Int64Zone.Range(cells);
        var width = NarrowCells.WidthOf(unchecked((ulong)(max - min)));
        if (width == sizeof(long))
        {
            WriteFixed(ref writer, schema, MemoryMarshal.AsBytes(cells));
            return;
        }

        WriteHead(ref writer, schema, ColumnLayout.NarrowFixed, blobs: 2);
        writer.Write(min);
        var length = cells.Length * width;
        writer.WriteBinHeader(length);
        NarrowCells.Write(cells, min, width, writer.GetSpan(length)[..length]);
        writer.Advance(length);
    }

    private static void WriteDictionary(
        ref MessagePackWriter writer, ColumnSchema schema, DictionaryStringColumn cells)
    {
        var codes = cells.Codes.Span;
        var width = NarrowCells.WidthOf((ulong)Math.Max(0, cells.Dictionary.Length - 1));
        if (width > sizeof(ushort) || codes.IsEmpty)
        {
            WriteHead(ref writer, schema, ColumnLayout.Dictionary, blobs: 3);
            writer.Write(MemoryMarshal.AsBytes(codes));
        }
        else
        {
            WriteHead(ref writer, schema, ColumnLayout.NarrowDictionary, blobs: 3);
            var length = codes.Length * width;
            writer.WriteBinHeader(length);
            NarrowCells.Write(codes, width, writer.GetSpan(length)[..length]);
            writer.Advance(length);
        }

        WriteArena(ref writer, cells.Dictionary);
    }

    private static void WriteHead(ref MessagePackWriter writer, ColumnSchema schema, ColumnLayout layout, int blobs)
    {
        writer.WriteArrayHeader(5 + blobs);
        writer.Write(schema.Name);
        writer.Write((int)schema.Type);
        writer.Write((int)schema.Semantic);
        writer.Write((int)schema.Pattern);
        writer.Write((int)layout);
    }

    private static void WriteArena(ref MessagePackWriter writer, ArenaStringColumn cells)
    {
        var offsets = cells.Offsets.Span;
        var start = offsets[0];
        if (start == 0)
        {
            writer.Write(MemoryMarshal.AsBytes(offsets));
        }
        else
        {
            var rebased = GC.AllocateUninitializedArray<int>(offsets.Length);
            for (var i = 0; i < offsets.Length; i++)
            {
                rebased[i] = offsets[i] - start;
            }

            writer.Write(MemoryMarshal.AsBytes(rebased.AsSpan()));
        }

        writer.Write(cells.Arena.Span[start..offsets[^1]]);
    }
}
