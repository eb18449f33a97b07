using System.Collections.Immutable;
using CsCheck;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit;

namespace PixieOrleans.Tables.Tests.Store;

public sealed class TableTests
{
    private static readonly ImmutableArray<int> AllColumns = [0, 1, 2, 3, 4, 5, 6];

    [Fact]
    public void EndRow_WithMissingCells_FailsAndLeavesNoTrace()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1));
        SampleRows.Write(table.Writer(0), 1, 100);
        table.Writer(0).WriteInt64(200);

        Assert.Throws<InvalidOperationException>(() => table.Writer(0).EndRow());
        SampleRows.Write(table.Writer(0), 2, 300);

        Assert.Equal([1L, 2L], Ids(table));
    }

    [Fact]
    public void Write_OfAnotherType_FailsAndLeavesNoTrace()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1));
        table.Writer(0).WriteInt64(200);

        var error = Assert.Throws<InvalidOperationException>(() => table.Writer(0).WriteBoolean(true));
        SampleRows.Write(table.Writer(0), 2, 300);

        Assert.Equal("Cell 1 of table sample is of type Int64; another was written.", error.Message);
        Assert.Equal([2L], Ids(table));
    }

    [Fact]
    public void WriteString_BeyondTheRowsBound_IsCutBetweenCharactersAndCounted()
    {
        var options = new TableOptions(1 << 20, 1) { MaxBatchBytes = 20 };
        var table = new Table(SampleRows.Schema, options);
        var writer = table.Writer(0);
        writer.WriteInt64(1);
        writer.WriteInt64(1);
        writer.WriteUInt128(1);
        writer.WriteFloat64(1);
        writer.WriteBoolean(true);
        writer.WriteString("12345678é90"u8);
        writer.WriteString("x"u8);
        writer.EndRow();

        var row = Assert.Single(Snapshot(table, 0, long.MaxValue));

        Assert.Equal("12345678é"u8, ((StringColumn)row.Columns[5]).GetUtf8(0));
        Assert.Equal(""u8, ((StringColumn)row.Columns[6]).GetUtf8(0));
        Assert.Equal(2, table.GetStatistics().TruncatedCells);
    }

    [Fact]
    public void Snapshot_OfRowsOutOfOrder_HoldsExactlyTheRange()
    {
        // Times per row; bounds of batches are random, so rows are partly sealed, partly hot.
        Gen.Select(Gen.Long[0, 100].Array[0, 200], Gen.Int[1, 50], Gen.Long[0, 100], Gen.Long[0, 100])
            .Sample((times, batchRows, start, end) =>
            {
                var table = new Table(
                    SampleRows.Schema, new TableOptions(16 << 20, 1) { MaxBatchRows = batchRows });
                for (var id = 0; id < times.Length; id++)
                {
                    SampleRows.Write(table.Writer(0), id, times[id]);
                }

                var expected = Enumerable.Range(0, times.Length).Where(i => times[i] >= start && times[i] <= end);

                Assert.Equal(expected.Select(i => (long)i), Ids(table, start, end).Order());
            }, iter: 300);
    }

    [Fact]
    public void Seal_OfRowsOutOfOrder_SortsByTimeAndKeepsEqualTimesInOrder()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchRows = 5 });
        long[] times = [30, 10, 30, 20, 10];
        for (var id = 0; id < times.Length; id++)
        {
            SampleRows.Write(table.Writer(0), id, times[id]);
        }

        Assert.Equal(1, table.GetStatistics().Batches);
        Assert.Equal([1L, 4, 3, 0, 2], Ids(table));
    }

    [Fact]
    public void Write_FarBeyondTheBudget_EvictsOldestFirstAndStaysWithin()
    {
        Gen.Select(Gen.Int[64, 512], Gen.Int[1, 3], Gen.Int[1, 400]).Sample((budgetKiB, shards, batchRows) =>
        {
            var options = new TableOptions(budgetKiB * 1024L * shards, shards) { MaxBatchRows = batchRows };
            var table = new Table(SampleRows.Schema, options);
            for (var id = 0; id < 20_000; id++)
            {
                SampleRows.Write(table.Writer(id % shards), id, id);
                if (id % 100 == 0)
                {
                    Assert.InRange(table.GetStatistics().Bytes, 0, options.BudgetBytes);
                }
            }

            var statistics = table.GetStatistics();
            var ids = Ids(table).Order().ToList();

            Assert.Equal(20_000, statistics.RowsWritten);
            Assert.Equal(20_000, statistics.Rows + statistics.RowsEvicted);
            Assert.Equal(statistics.Rows, ids.Count);
            Assert.Equal(19_999, ids[^1]);
            Assert.Equal(statistics.RowsEvicted, table.RowsEvictedBetween(0, long.MaxValue));
        }, iter: 20);
    }

    [Fact]
    public void Snapshot_WhileAThreadWrites_IsAPrefixOfCompleteRows()
    {
        var table = new Table(
            SampleRows.Schema, new TableOptions(2 << 20, 1) { MaxBatchRows = 100 });
        var done = false;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            long last = -1;
            var snapshots = 0;
            while (!Volatile.Read(ref done) || snapshots == 0)
            {
                var ids = Ids(table);
                for (var i = 1; i < ids.Count; i++)
                {
                    Assert.Equal(ids[i - 1] + 1, ids[i]);
                }

                Assert.True(ids.Count == 0 || ids[^1] >= last, "a row vanished from the end");
                last = ids.Count == 0 ? last : ids[^1];
                snapshots++;
            }

            return snapshots;
        })).ToArray();

        for (var id = 0; id < 300_000; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        Volatile.Write(ref done, true);

        Assert.All(readers, r => Assert.InRange(r.GetAwaiter().GetResult(), 1, int.MaxValue));
        Assert.Equal(299_999, Ids(table)[^1]);
    }

    [Fact]
    public void Snapshot_TakenBeforeSealing_StaysAsItWas()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchRows = 10 });
        for (var id = 0; id < 5; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        var before = Snapshot(table, 0, long.MaxValue);
        for (var id = 5; id < 100; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        Assert.Equal([0L, 1, 2, 3, 4], SampleRows.CheckAndReadIds(before));
    }

    [Fact]
    public void Write_BetweenSeals_AllocatesNothing()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(64 << 20, 1) { MaxBatchRows = 1000 });
        var id = 0;
        for (; id < 2100; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        var allocated = Allocations.Least(() =>
        {
            for (var end = id + 100; id < end; id++)
            {
                SampleRows.Write(table.Writer(0), id, id);
            }
        });

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void SealWhenOld_AfterTheAge_SealsTheHotBatch()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(1 << 20, 1) { MaxBatchAgeNs = 50 });
        SampleRows.Write(table.Writer(0), 1, 100);

        table.Writer(0).SealWhenOld(149);
        var before = table.GetStatistics().Batches;
        table.Writer(0).SealWhenOld(150);

        Assert.Equal((0, 1), (before, table.GetStatistics().Batches));
        Assert.Equal([1L], Ids(table));
    }

    [Fact]
    public void Snapshot_WithBounds_SkipsSealedBatchesWithoutAFittingRow()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(16 << 20, 1) { MaxBatchRows = 32 });
        for (var id = 0; id < 330; id++)
        {
            SampleRows.Write(table.Writer(0), id, id); // 10 sealed batches, 10 hot rows
        }

        var batches = new List<(long Time, RowBatch Rows)>();
        var skipped = table.Snapshot(
            AllColumns,
            64,
            long.MaxValue,
            [(1, new Int64Bound("id", 100, 130)), (6, new StringBound("repeated", "GET"u8.ToArray()))],
            batches);

        Assert.Equal((6, 192L), skipped); // two more lie before the range of time
        Assert.Equal(
            [.. Enumerable.Range(96, 64).Concat(Enumerable.Range(320, 10)).Select(id => (long)id)],
            SampleRows.CheckAndReadIds(batches.Select(batch => batch.Rows)));
    }

    [Fact]
    public void Snapshot_WithAValueThatNoDictionaryHolds_SkipsEverySealedBatch()
    {
        var table = new Table(SampleRows.Schema, new TableOptions(16 << 20, 1) { MaxBatchRows = 32 });
        for (var id = 0; id < 64; id++)
        {
            SampleRows.Write(table.Writer(0), id, id);
        }

        var batches = new List<(long Time, RowBatch Rows)>();
        var skipped = table.Snapshot(
            AllColumns, 0, long.MaxValue, [(6, new StringBound("repeated", "PUT"u8.ToArray()))], batches);

        Assert.Equal((2, 64L), skipped);
        Assert.Empty(batches);
    }

    private static List<RowBatch> Snapshot(Table table, long start, long end)
    {
        var batches = new List<(long Time, RowBatch Rows)>();
        table.Snapshot(AllColumns, start, end, batches);
        return [.. batches.Select(b => b.Rows)];
    }

    private static List<long> Ids(Table table, long start = 0, long end = long.MaxValue) =>
        SampleRows.CheckAndReadIds(Snapshot(table, start, end));
}
