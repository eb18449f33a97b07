using System.Collections.Immutable;
using System.Runtime.InteropServices;
using CsCheck;
using PixieOrleans.Model;
using PixieOrleans.Tables.Codec;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Store;
using PixieOrleans.Tables.Tests.Store;
using PixieOrleans.TestKit;

namespace PixieOrleans.Tables.Tests.Codec;

public sealed class RowBatchCodecTests
{
    [Fact]
    public void Decode_OfAnEncodedSlice_GivesTheSameCells()
    {
        Gen.Select(Gen.Int[1, 300], Gen.Int[1, 400], Gen.Int[0, 299], Gen.Int[0, 300]).Sample(
            (rows, batchRows, start, count) =>
            {
                start = Math.Min(start, rows - 1);
                foreach (var batch in Batches(rows, batchRows))
                {
                    var first = Math.Min(start, batch.Rows);
                    var slice = batch.Slice(first, Math.Min(count, batch.Rows - first));

                    var (decoded, columns) = RowBatchCodec.Decode(
                        RowBatchCodec.Encode(slice, SampleRows.Schema.Columns));

                    Assert.Equal(SampleRows.Schema.Columns, columns);
                    Assert.Equal(SampleRows.CheckAndReadIds([slice]), SampleRows.CheckAndReadIds([decoded]));
                }
            }, iter: 200);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(-3, 252)] // one byte of difference
    [InlineData(-3, 253)]
    [InlineData(long.MaxValue - 65535, long.MaxValue)] // two
    [InlineData(long.MinValue, long.MinValue + 65536)]
    [InlineData(-1, uint.MaxValue - 1L)] // four
    [InlineData(-1, uint.MaxValue)] // the cells as they are
    [InlineData(long.MinValue, long.MaxValue)]
    public void Decode_OfIntegersOfAnyRange_GivesTheSameCells(long min, long max)
    {
        long[] cells = [min, max, min / 2 + max / 2, max, min];
        ImmutableArray<ColumnSchema> schema = [new("x", DataType.Int64), new("t", DataType.Time64Ns)];
        var batch = new RowBatch([new Int64Column(cells), new Int64Column(cells, DataType.Time64Ns)], cells.Length);

        var (decoded, columns) = RowBatchCodec.Decode(RowBatchCodec.Encode(batch, schema));

        Assert.Equal(schema, columns);
        Assert.All(decoded.Columns, column => Assert.Equal(cells, ((Int64Column)column).Values.ToArray()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(65536)]
    [InlineData(65537)]
    public void Decode_OfADictionaryOfAnySize_GivesTheSameCells(int distinct)
    {
        var codes = Enumerable.Range(0, distinct).Reverse().Append(0).ToArray();
        var dictionary = new ArenaStringColumn(
            Enumerable.Range(0, distinct + 1).Select(i => 4 * i).ToArray(),
            MemoryMarshal.AsBytes<int>(Enumerable.Range(0, distinct).ToArray()).ToArray());
        var batch = new RowBatch([new DictionaryStringColumn(codes, dictionary)], codes.Length);

        var (decoded, _) = RowBatchCodec.Decode(RowBatchCodec.Encode(batch, [new("s", DataType.String)]));

        var column = Assert.IsType<DictionaryStringColumn>(decoded.Columns[0]);
        Assert.Equal(codes, column.Codes.ToArray());
        Assert.Equal(dictionary.Arena.ToArray(), column.Dictionary.Arena.ToArray());
    }

    [Fact]
    public void Decode_OfBytesCutAnywhere_IsAFormatException()
    {
        foreach (var rows in (int[])[3, 200])
        {
            var bytes = RowBatchCodec.Encode(Batches(rows, rows)[0], SampleRows.Schema.Columns);
            for (var length = 0; length < bytes.Length; length++)
            {
                Assert.Throws<FormatException>(() => RowBatchCodec.Decode(bytes.AsMemory(0, length)));
            }
        }
    }

    [Fact]
    public void Decode_OfABinaryValueLongerThanAnyArray_IsAFormatException() =>
        Assert.Throws<FormatException>(() =>
            RowBatchCodec.Decode(new byte[] { 0x93, 2, 0, 0xc6, 0xff, 0xff, 0xff, 0xff, 0 }));

    [Fact]
    public void Decode_OfGarbledBytes_IsAFormatExceptionOrABatch()
    {
        var plain = RowBatchCodec.Encode(Batches(20, 20)[0], SampleRows.Schema.Columns);
        var compressed = RowBatchCodec.Encode(Batches(200, 200)[0], SampleRows.Schema.Columns);
        Gen.Select(Gen.Bool, Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 4]).Sample((small, changes) =>
        {
            var bytes = (small ? plain : compressed).ToArray();
            foreach (var (index, value) in changes)
            {
                bytes[index % bytes.Length] = value;
            }

            var bound = ((bytes.Length + 1) * 255L) + 100_000;
            Assert.InRange(Allocations.Least(() => DecodeAndRead(bytes), bound), 0, bound);
        }, iter: 20_000);
    }

    private static void DecodeAndRead(byte[] bytes)
    {
        try
        {
            var (decoded, columns) = RowBatchCodec.Decode(bytes);
            Assert.Equal(columns.Length, decoded.Columns.Length);
            foreach (var column in decoded.Columns.OfType<StringColumn>())
            {
                for (var row = 0; row < column.Length; row++)
                {
                    _ = column.GetUtf8(row).Length;
                }
            }
        }
        catch (FormatException)
        {
            // the answer wanted
        }
    }

    [Fact]
    public void Decode_OfAHugeClaimedSize_AllocatesNothingForIt()
    {
        // Three parts: version 2; 60 MiB before compression; one byte of body.
        byte[] bytes = [0x93, 2, 0xCE, 0x03, 0xC0, 0, 0, 0xC4, 1, 0];

        var error = Assert.Throws<FormatException>(() => RowBatchCodec.Decode(bytes));

        Assert.Equal("A row batch is malformed: expected a size that the bytes can hold.", error.Message);
    }

    [Fact]
    public void Encode_OfRepeatingCells_Compresses()
    {
        var batch = Batches(4000, 4000)[0];

        var bytes = RowBatchCodec.Encode(batch, SampleRows.Schema.Columns);

        Assert.InRange(bytes.Length, 1, batch.Bytes * 3 / 4);
    }

    [Fact]
    public void Split_OfALargeBatch_KeepsEveryRowUnderTheLimit()
    {
        var batch = Batches(4000, 4000)[0];

        var parts = RowBatchCodec.Split(batch, 10_000).ToList();

        Assert.All(parts, p => Assert.InRange(p.Bytes, 1, 10_000));
        Assert.Equal(Enumerable.Range(0, 4000).Select(i => (long)i), SampleRows.CheckAndReadIds(parts));
    }

    private static IReadOnlyList<RowBatch> Batches(int rows, int batchRows)
    {
        var table = new Table(SampleRows.Schema, new TableOptions(16 << 20, 1) { MaxBatchRows = batchRows });
        for (var id = 0; id < rows; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        var batches = new List<(long Time, RowBatch Rows)>();
        table.Snapshot([0, 1, 2, 3, 4, 5, 6], 0, long.MaxValue, batches);
        return [.. batches.Select(b => b.Rows)];
    }
}
