using System.Collections.Immutable;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests;

public sealed class PlanExecutionTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema =
        Cells.Schema(("time_", DataType.Time64Ns), ("path", DataType.String), ("latency", DataType.Int64));

    [Fact]
    public void RunScans_FilterAndMap_YieldsThePassingRows()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("http", Schema);
        var slow = plan.Filter(
            scan, PlanWriter.Call("greaterThan", plan.Column(scan, "latency"), PlanWriter.Constant(15L)));
        var map = plan.Map(
            slow,
            ("path", plan.Column(slow, "path")),
            ("ms", PlanWriter.Call("divide", plan.Column(slow, "latency"), PlanWriter.Constant(10L))),
            ("kind", PlanWriter.Constant("slow")));
        plan.Result(map);

        var sink = Runs.Run(plan.Plan, Tables());

        Assert.Equal(["/b|2|slow", "/c|3|slow", "/b|4|slow"], sink.Rows());
    }

    [Fact]
    public void RunScans_TwoBranchesOfOneScan_ReadTheTableOnce()
    {
        var plan = new PlanWriter();
        var scan = plan.Scan("http", Schema);
        plan.Result(plan.Limit(scan, 1), "first");
        plan.Result(plan.Aggregate(scan, [], ("rows", "count", "latency")), "total");
        var tables = Tables();

        var sink = Runs.Run(plan.Plan, tables);

        Assert.Equal(["1|/a|10"], sink.Rows("first"));
        Assert.Equal(["5"], sink.Rows("total"));
        Assert.Equal(1, tables.Snapshots);
    }

    [Fact]
    public void RunScans_LimitSatisfied_StopsTheScan()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Limit(plan.Scan("t", Cells.Schema(("x", DataType.Int64))), 100));
        var batches = Enumerable.Range(0, 50).Select(_ => Cells.Batch(new Int64Column(new long[64]))).ToArray();
        var sink = new CollectingSink();
        var tables = new MemoryTables().Add("t", Cells.Schema(("x", DataType.Int64)), batches);
        using var execution = new PlanExecution(plan.Plan, tables, new ExecutionOptions(), sink);

        execution.RunScans(CancellationToken.None);
        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(100, sink.Rows().Count);
        Assert.Equal(128, execution.Statistics.RowsScanned);
        Assert.Equal(1024, execution.Statistics.BytesScanned);
        Assert.Equal(
            [new(0, "scan", 0, 128, 1024, 0), new(1, "limit", 128, 100, 800, 0), new(2, "result", 100, 100, 800, 0)],
            execution.Statistics.Operators);
    }

    [Fact]
    public void Complete_NoRows_YieldsTheSchemaOnce()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Scan("t", Schema));

        var sink = Runs.Run(plan.Plan, new MemoryTables().Add("t", Schema));

        var (table, batch) = Assert.Single(sink.Results);
        Assert.Equal("output", table);
        Assert.Equal(0, batch.Rows);
        Assert.Equal([DataType.Time64Ns, DataType.String, DataType.Int64], batch.Columns.Select(c => c.Type));
    }

    [Fact]
    public void RunScans_TimeRange_IsAskedOfTheTable()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Scan("http", Schema, startNs: 5, endNs: 7));
        var tables = Tables();

        Runs.Run(plan.Plan, tables);

        Assert.Equal((5L, 7L), tables.LastRange);
    }

    [Fact]
    public void RunScans_CancelledInsideALongScan_StopsAtTheNextBatch()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Scan("t", Cells.Schema(("x", DataType.Int64))));
        var tables = new MemoryTables().Add(
            "t", Cells.Schema(("x", DataType.Int64)), Cells.Batch(new Int64Column(new long[100_000])));
        using var cancellation = new CancellationTokenSource();
        var sink = new CancellingSink(cancellation);
        using var execution = new PlanExecution(plan.Plan, tables, new ExecutionOptions { MaxBatchRows = 1000 }, sink);

        Assert.Throws<OperationCanceledException>(() => execution.RunScans(cancellation.Token));

        Assert.Equal(1000, execution.Statistics.RowsOut);
    }

    [Fact]
    public void RunScans_MoreGroupsThanMemory_NamesTheBound()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(
            plan.Scan("t", Cells.Schema(("x", DataType.Int64))), ["x"], ("rows", "count", "x")));
        var distinct = Enumerable.Range(0, 100_000).Select(i => (long)i).ToArray();
        var tables = new MemoryTables().Add(
            "t", Cells.Schema(("x", DataType.Int64)), Cells.Batch(new Int64Column(distinct)));

        var failure = Assert.Throws<QueryLimitException>(
            () => Runs.Run(plan.Plan, tables, new ExecutionOptions { MaxAggregateBytes = 1 << 20 }));

        Assert.Contains("MaxAggregateBytes = 1048576", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Push_UnknownChannelOrOtherColumns_IsRefused()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Source(3, Cells.Schema(("x", DataType.Int64))));
        using var execution = new PlanExecution(plan.Plan, null, new ExecutionOptions(), new CollectingSink());
        var batch = Cells.Batch(Cells.Strings("a"));

        Assert.Throws<InvalidPlanException>(() => execution.Push(4, batch, TestContext.Current.CancellationToken));
        Assert.Throws<InvalidPlanException>(() => execution.Push(3, batch, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void OnResult_ShortBatchOfALongDictionary_LeavesTheDictionaryBehind()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Limit(plan.Scan("t", Cells.Schema(("s", DataType.String))), 2));
        var tables = new MemoryTables().Add(
            "t", Cells.Schema(("s", DataType.String)), Cells.Batch(Cells.Dictionary("a", "b", "c", "d")));

        var sink = Runs.Run(plan.Plan, tables);

        Assert.IsType<ArenaStringColumn>(Assert.Single(sink.Results).Batch.Columns[0]);
        Assert.Equal(["a", "b"], sink.Rows());
    }

    public static TheoryData<PlanNode[], string> BadPlans => new()
    {
        { [new ResultNode(1, [0], Schema, "r")], "does not precede" },
        { [new ExchangeSourceNode(0, Schema, 0), new ExchangeSourceNode(0, Schema, 1)], "Two nodes" },
        { [new ExchangeSourceNode(0, Schema, 0), new ResultNode(1, [0], Schema[..1], "r")], "columns of its input" },
        { [new ExchangeSourceNode(0, Schema, 0), new ResultNode(1, [0, 0], Schema, "r")], "2 inputs" },
        { [new TableScanNode(0, Schema, "t", null, null)], "there are none" },
        {
            [new ExchangeSourceNode(0, Schema, 0), new FilterNode(1, [0], Schema, PlanWriter.Constant(1L))],
            "not Boolean"
        },
    };

    [Theory]
    [MemberData(nameof(BadPlans))]
    public void Construct_PlanThatCannotRun_SaysWhy(PlanNode[] nodes, string why)
    {
        var failure = Assert.Throws<InvalidPlanException>(
            () => new PlanExecution(new Plan([.. nodes]), null, new ExecutionOptions(), new CollectingSink()));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    private static MemoryTables Tables() =>
        new MemoryTables().Add("http", Schema, Rows(1, "/a", "/b"), Rows(3, "/c", "/b", "/a"));

    // Latencies of rows 1..5 are 10, 20, 30, 40, 5.
    private static RowBatch Rows(long firstTime, params string[] paths) => Cells.Batch(
        new Int64Column(paths.Select((_, i) => firstTime + i).ToArray(), DataType.Time64Ns),
        Cells.Dictionary(paths),
        new Int64Column(paths.Select((_, i) => firstTime + i == 5 ? 5 : 10 * (firstTime + i)).ToArray()));
}
