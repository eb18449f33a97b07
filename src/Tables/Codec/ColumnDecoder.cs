using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MessagePack;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;
using static PixieOrleans.Tables.Codec.RowBatchCodec;

namespace PixieOrleans.Tables.Codec;

/// <summary>
/// Reads the body of <see cref="RowBatchCodec"/>. Every length is compared with bytes that are there.
/// </summary>
internal static class ColumnDecoder
{
    /// <summary>Reads rows and columns; the result holds nothing of <paramref name="body"/>.</summary>
    public static (RowBatch Rows, ImmutableArray<ColumnSchema> Columns) ReadBody(ReadOnlyMemory<byte> body)
    {
        var reader = new MessagePackReader(body);
        Expect(reader.ReadArrayHeader() == 2, "rows and columns");
        var rows = reader.ReadInt32();
        Expect(rows >= 0, "a number of rows");
        var count = reader.ReadArrayHeader();
        Expect(count <= MaxColumns, "an allowed number of columns");
        var columns = ImmutableArray.CreateBuilder<Column>();
        var schema = ImmutableArray.CreateBuilder<ColumnSchema>();
        for (var i = 0; i < count; i++)
        {
            columns.Add(ReadColumn(ref reader, rows, out var columnSchema));
            schema.Add(columnSchema);
        }

        Expect(reader.End, "nothing after the columns");
        return (new RowBatch(columns.ToImmutable(), rows), schema.ToImmutable());
    }

    private static Column ReadColumn(ref MessagePackReader reader, int rows, out ColumnSchema schema)
    {
        var parts = reader.ReadArrayHeader();
        schema = new ColumnSchema(
            ReadName(ref reader),
            ReadEnum<DataType>(reader.ReadInt32()),
            ReadEnum<SemanticType>(reader.ReadInt32()),
            ReadEnum<PatternType>(reader.ReadInt32()));
        var layout = (ColumnLayout)reader.ReadInt32();
        Expect(
            (layout is ColumnLayout.Fixed or ColumnLayout.NarrowFixed) != (schema.Type == DataType.String),
            "a layout for the type");
        switch (layout)
        {
            case ColumnLayout.Fixed:
                Expect(parts == 6, "one blob");
                return ReadFixed(ReadBlob(ref reader).Span, rows, schema.Type);
            case ColumnLayout.Arena:
                Expect(parts == 7, "two blobs");
                var column = ReadArena(ref reader);
                Expect(column.Length == rows, "as many cells as rows");
                return column;
            case ColumnLayout.Dictionary:
                Expect(parts == 8, "three blobs");
                var codes = ReadCells<int>(ReadBlob(ref reader).Span, rows);
                var dictionary = ReadArena(ref reader);
                ExpectCodes(codes, dictionary.Length);
                return new DictionaryStringColumn(codes, dictionary);
            case ColumnLayout.NarrowFixed:
                Expect(parts == 7 && schema.Type is DataType.Int64 or DataType.Time64Ns, "an integer and one blob");
                return ReadNarrow(ref reader, rows, schema.Type);
            case ColumnLayout.NarrowDictionary:
                Expect(parts == 8, "three blobs");
                return ReadNarrowDictionary(ref reader, rows);
            default:
                throw new FormatException($"A row batch is malformed: there is no layout {layout}.");
        }
    }

    private static Column ReadFixed(ReadOnlySpan<byte> blob, int rows, DataType type)
    {
        switch (type)
        {
            case DataType.Boolean:
                Expect(!blob.ContainsAnyExceptInRange((byte)0, (byte)1), "Booleans of 0 or 1");
                return new BooleanColumn(ReadCells<bool>(blob, rows));
            case DataType.Int64 or DataType.Time64Ns:
                return new Int64Column(ReadCells<long>(blob, rows), type);
            case DataType.Float64:
                return new Float64Column(ReadCells<double>(blob, rows));
            case DataType.UInt128:
                return new UInt128Column(ReadCells<UInt128>(blob, rows));
            default:
                throw new FormatException($"A row batch is malformed: no cells of type {type}.");
        }
    }

    private static T[] ReadCells<T>(ReadOnlySpan<byte> blob, int cells)
        where T : unmanaged
    {
        Expect(blob.Length == (long)cells * Unsafe.SizeOf<T>(), "as many cells as rows");
        var result = GC.AllocateUninitializedArray<T>(cells);
        blob.CopyTo(MemoryMarshal.AsBytes(result.AsSpan()));
        return result;
    }

    private static Int64Column ReadNarrow(ref MessagePackReader reader, int rows, DataType type)
    {
        var from = reader.ReadInt64();
        var blob = ReadBlob(ref reader).Span;
        var width = WidthOf(blob, rows);
        var cells = GC.AllocateUninitializedArray<long>(rows);
        NarrowCells.Read(blob, width, from, cells);
        return new Int64Column(cells, type);
    }

    private static DictionaryStringColumn ReadNarrowDictionary(ref MessagePackReader reader, int rows)
    {
        var blob = ReadBlob(ref reader).Span;
        var width = WidthOf(blob, rows);
        Expect(width <= sizeof(ushort), "codes of one or two bytes");
        var codes = GC.AllocateUninitializedArray<int>(rows);
        var max = NarrowCells.Read(blob, width, codes);
        var dictionary = ReadArena(ref reader);
        Expect(max < dictionary.Length, "codes within the dictionary");
        return new DictionaryStringColumn(codes, dictionary);
    }

    private static int WidthOf(ReadOnlySpan<byte> blob, int rows)
    {
        var width = rows == 0 ? 0 : blob.Length / rows;
        Expect(width is 1 or 2 or 4 && blob.Length == (long)rows * width, "as many cells as rows");
        return width;
    }

    private static ArenaStringColumn ReadArena(ref MessagePackReader reader)
    {
        var offsetBytes = ReadBlob(ref reader).Span;
        Expect(offsetBytes.Length >= sizeof(int) && offsetBytes.Length % sizeof(int) == 0, "offsets");
        var offsets = ReadCells<int>(offsetBytes, offsetBytes.Length / sizeof(int));
        var arena = ReadBlob(ref reader).Span;
        Expect(offsets[0] == 0 && offsets[^1] == arena.Length, "offsets that span the arena");
        for (var i = 1; i < offsets.Length; i++)
        {
            Expect(offsets[i] >= offsets[i - 1], "growing offsets");
        }

        return new ArenaStringColumn(offsets, arena.ToArray());
    }

    private static void ExpectCodes(ReadOnlySpan<int> codes, int distinct)
    {
        foreach (var code in codes)
        {
            Expect((uint)code < (uint)distinct, "codes within the dictionary");
        }
    }

    private static string ReadName(ref MessagePackReader reader)
    {
        var name = reader.ReadStringSequence();
        Expect(name.HasValue && name.Value.Length <= MaxNameBytes, "a name");
        return Encoding.UTF8.GetString(name!.Value);
    }

    private static T ReadEnum<T>(int value)
        where T : struct, Enum
    {
        var result = Unsafe.BitCast<int, T>(value);
        Expect(Enum.IsDefined(result), "a known number of a type");
        return result;
    }
}
