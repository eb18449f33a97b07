using PixieOrleans.Exec;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Grains.Tests.Fragments;

public sealed class StreamJobTests
{
    private static readonly TableSchema Numbers = new(
        "numbers", "", [new ColumnSchema("time_", DataType.Time64Ns), new ColumnSchema("n", DataType.Int64)]);

    private static readonly Plan Fragment = new(
    [
        new TableScanNode(0, Numbers.Columns, Numbers.Name, null, null) { IsStream = true },
        new ExchangeSinkNode(1, [0], Numbers.Columns, 0),
    ]);

    private readonly TableStore _store = new([Numbers], 256 << 10, shards: 1);
    private long _written;

    [Fact]
    public void Step_ReaderFallsBehindASmallTable_RowsAndLossAddUp()
    {
        const int Rows = 200_000;
        using var job = Create();
        Write(100);
        Assert.True(job.Step());

        Write(Rows);
        for (var i = 0; i < 50; i++)
        {
            job.Step(); // nobody fetches
        }

        Assert.True(job.IsBlocked);
        var (rows, lost) = Drain(job);

        Assert.True(lost > 0);
        Assert.Equal(Rows + 100, rows + lost);
        Assert.Equal(lost, job.RowsLost);
    }

    [Fact]
    public void Step_NothingNew_SendsNothing()
    {
        using var job = Create();

        Assert.False(job.Step());
        Assert.False(job.Parts.TryRead(out _));
        Assert.False(job.IsOver);
    }

    [Fact]
    public void Of_ScanThatEnds_IsRefused() => Assert.Throws<InvalidPlanException>(() => StreamPlan.Of(
        new Plan([new TableScanNode(0, Numbers.Columns, Numbers.Name, null, null)])));

    private StreamJob Create() => new(
        new FragmentRequest(Guid.NewGuid(), PlanCodec.Encode(Fragment), 0, 0, 0) { IsStream = true },
        StreamPlan.Of(Fragment),
        _store,
        new ExecutionOptions(),
        new FragmentOptions { MaxWaitingBlocks = 2, BlockBytes = 4096 },
        TimeProvider.System);

    private void Write(int rows)
    {
        var writer = _store.Writer(Numbers.Name, 0);
        for (var i = 0; i < rows; i++)
        {
            writer.WriteInt64(_written);
            writer.WriteInt64(_written++);
            writer.EndRow();
        }
    }

    private static (long Rows, long Lost) Drain(StreamJob job)
    {
        var (rows, lost, quiet) = (0L, 0L, 0);
        while (quiet < 2) // a step may only have flushed what waited
        {
            quiet = job.Step() ? 0 : quiet + 1;
            while (job.Parts.TryRead(out var part))
            {
                quiet = 0;
                rows += part is FragmentBlock block ? block.Rows : 0;
                lost = part is FragmentLoss loss ? loss.RowsExpired : lost;
            }
        }

        return (rows, lost);
    }
}
