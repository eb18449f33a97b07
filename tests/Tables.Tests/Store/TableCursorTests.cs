using System.Collections.Immutable;
using CsCheck;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Tables.Tests.Store;

public sealed class TableCursorTests
{
    private static readonly ImmutableArray<int> AllColumns = [0, 1, 2, 3, 4, 5, 6];

    [Fact]
    public void Read_RowsBeforeAndAfter_ComeOnce()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1));
        SampleRows.Write(table.Writer(0), 1, 100);
        var cursor = new TableCursor(table, AllColumns, 0, long.MaxValue);

        Assert.Equal([1L], Ids(cursor));
        Assert.Equal([], Ids(cursor));
        SampleRows.Write(table.Writer(0), 2, 50);
        SampleRows.Write(table.Writer(0), 3, 70);
        Assert.Equal([2L, 3L], Ids(cursor));
        Assert.Equal(0, cursor.RowsLost);
    }

    [Fact]
    public void Read_BatchSealedInAnotherOrderMeanwhile_NoRowTwiceOrLeftOut()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchRows = 4 });
        SampleRows.Write(table.Writer(0), 1, 400);
        SampleRows.Write(table.Writer(0), 2, 300);
        var cursor = new TableCursor(table, AllColumns, 0, long.MaxValue);
        Assert.Equal([1L, 2L], Ids(cursor));

        SampleRows.Write(table.Writer(0), 3, 200);
        SampleRows.Write(table.Writer(0), 4, 100); // sealed now, as 4, 3, 2, 1
        SampleRows.Write(table.Writer(0), 5, 500);

        Assert.Equal([3L, 4L, 5L], Ids(cursor).Order());
    }

    [Fact]
    public void Read_RangeOfTime_LeavesOthersOut()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchRows = 3 });
        var cursor = new TableCursor(table, AllColumns, 200, 500);
        for (var id = 1; id <= 8; id++)
        {
            SampleRows.Write(table.Writer(0), id, id * 100);
        }

        Assert.Equal([2L, 3L, 4L, 5L], Ids(cursor).Order());
        SampleRows.Write(table.Writer(0), 9, 250);
        SampleRows.Write(table.Writer(0), 10, 900);
        SampleRows.Write(table.Writer(0), 11, 300);
        Assert.Equal([9L, 11L], Ids(cursor).Order());
    }

    [Fact]
    public void Read_SlowReaderOfASmallTable_CountsWhatItMissed()
    {
        const int Rows = 20_000;
        var table = new Table(SampleRows.Schema, new TableOptions(64 << 10, 1) { MaxBatchRows = 64 });
        SampleRows.Write(table.Writer(0), 0, 0);
        var cursor = new TableCursor(table, AllColumns, 0, long.MaxValue);
        var ids = Ids(cursor);

        for (var id = 1; id < Rows; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        ids.AddRange(Ids(cursor));

        Assert.True(cursor.RowsLost > 0);
        Assert.Equal(Rows, ids.Count + cursor.RowsLost);
        Assert.Equal(table.GetStatistics().RowsEvicted - 64, cursor.RowsLost); // the first batch was held
    }

    [Fact]
    public void Read_AtMostSoManyBatches_TheRestComesLater()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchRows = 2 });
        var cursor = new TableCursor(table, AllColumns, 0, long.MaxValue);
        for (var id = 1; id <= 9; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        Assert.Equal([1L, 2, 3, 4], Ids(cursor, 2));
        Assert.Equal([5L, 6, 7, 8], Ids(cursor, 2));
        Assert.Equal([9L], Ids(cursor, 2));
        Assert.Equal([], Ids(cursor, 2));
    }

    [Fact]
    public void Read_AnyOrderOfWritesAndReads_EachRowOnce() => Gen.Select(
        Gen.Int[1, 3], Gen.Int[1, 7], Gen.Int[1, 3], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 9], Gen.Bool).List[0, 60])
        .Sample((shards, batchRows, maxBatches, steps) =>
        {
            var table = new Table(SampleRows.Schema, new TableOptions(16 << 20, shards) { MaxBatchRows = batchRows });
            var cursor = new TableCursor(table, AllColumns, 0, long.MaxValue);
            var (written, read) = (0L, new List<long>());
            foreach (var (rows, time, reads) in steps)
            {
                for (var i = 0; i < rows; i++)
                {
                    SampleRows.Write(table.Writer((int)(written % shards)), written++, time);
                }

                read.AddRange(reads ? Ids(cursor, maxBatches) : []);
            }

            for (var more = Ids(cursor, maxBatches); more.Count > 0; more = Ids(cursor, maxBatches))
            {
                read.AddRange(more);
            }

            Assert.Equal(0, cursor.RowsLost);
            Assert.Equal(Enumerable.Range(0, (int)written).Select(id => (long)id), read.Order());
        });

    private static List<long> Ids(TableCursor cursor, int maxBatches = int.MaxValue) =>
        SampleRows.CheckAndReadIds(cursor.Read(maxBatches));
}
