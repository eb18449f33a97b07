using System.Collections.Immutable;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests;

public sealed class ExecutionStatisticsTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema = Cells.Schema(("x", DataType.Int64));

    [Fact]
    public void Statistics_WithAClock_TellTheTimeOfEveryOperatorOnce()
    {
        long now = 0;
        var options = new ExecutionOptions { MaxBatchRows = 64, ClockNs = () => now++ };
        using var execution = new PlanExecution(Plan(), Tables(), options, new CollectingSink());

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.All(execution.Statistics.Operators, node => Assert.True(node.OwnNs > 0, node.Kind));
        Assert.InRange(execution.Statistics.Operators.Sum(node => node.OwnNs), 1, now);
    }

    [Fact]
    public void Statistics_SharedDictionary_CountsOnce()
    {
        var plan = new PlanWriter();
        var schema = Cells.Schema(("s", DataType.String));
        plan.Result(plan.Scan("t", schema));
        var tables = new MemoryTables().Add(
            "t", schema, Cells.Batch(Cells.Dictionary([.. Enumerable.Repeat("abcdefgh", 128)])));
        using var execution = new PlanExecution(
            plan.Plan, tables, new ExecutionOptions { MaxBatchRows = 64 }, new CollectingSink());

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal((128 * 4) + 8 + 8, execution.Statistics.Operators[0].BytesOut); // codes, two offsets, the value
    }

    [Fact]
    public void Complete_MoreThanAllOperatorsMayHold_NamesTheBound()
    {
        var options = new ExecutionOptions { MaxExecutionBytes = 1 << 16 };

        var failure = Assert.Throws<QueryLimitException>(() => Runs.Run(Plan(), Tables(), options));

        Assert.Contains("MaxExecutionBytes = 65536", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_CancelledWhileGroupsAreYielded_Stops()
    {
        using var cancellation = new CancellationTokenSource();
        using var execution = new PlanExecution(
            Plan(), Tables(), new ExecutionOptions { MaxBatchRows = 64 }, new CancellingSink(cancellation));

        Assert.Throws<OperationCanceledException>(() => execution.Complete(cancellation.Token));

        Assert.Equal(64, execution.Statistics.RowsOut);
    }

    private static Plan Plan()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(plan.Scan("t", Schema), ["x"], ("rows", "count", "x")));
        return plan.Plan;
    }

    private static MemoryTables Tables() => new MemoryTables().Add(
        "t", Schema, Cells.Batch(new Int64Column(Enumerable.Range(0, 10_000).Select(i => (long)i).ToArray())));
}
