using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Operators;

public sealed class JoinOperatorTests
{
    private static readonly ImmutableArray<ColumnSchema> Left =
        Cells.Schema(("k", DataType.String), ("x", DataType.Int64));

    private static readonly ImmutableArray<ColumnSchema> Right =
        Cells.Schema(("k", DataType.String), ("time", DataType.Time64Ns), ("ok", DataType.Boolean));

    [Theory]
    [InlineData(JoinKind.Inner, "a|1|a|10|true", "a|1|a|11|true", "c|3|c|12|true", "a|4|a|10|true", "a|4|a|11|true")]
    [InlineData(
        JoinKind.Left,
        "a|1|a|10|true", "a|1|a|11|true", "b|2||0|false", "c|3|c|12|true", "a|4|a|10|true", "a|4|a|11|true")]
    [InlineData(
        JoinKind.Right,
        "a|1|a|10|true", "a|1|a|11|true", "c|3|c|12|true", "a|4|a|10|true", "a|4|a|11|true", "|0|d|13|true")]
    [InlineData(
        JoinKind.Outer,
        "a|1|a|10|true", "a|1|a|11|true", "b|2||0|false", "c|3|c|12|true", "a|4|a|10|true", "a|4|a|11|true",
        "|0|d|13|true")]
    public void Run_EveryKind_YieldsAllPairsAndZeros(JoinKind how, params string[] expected)
    {
        var (plan, tables) = Tables(["a", "b", "c", "a"], ["a", "a", "c", "d"]);
        plan.Result(plan.Join(0, 1, how, "k"));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(expected, rows);
    }

    [Theory]
    [InlineData(JoinKind.Inner)]
    [InlineData(JoinKind.Left)]
    [InlineData(JoinKind.Right)]
    [InlineData(JoinKind.Outer)]
    public void Run_WithoutKeys_YieldsEveryRowWithEveryRow(JoinKind how)
    {
        var (plan, tables) = Tables(["a", "b"], ["c", "d", "e"]);
        plan.Result(plan.Join(0, 1, how));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(
            ["a|1|c|10|true", "a|1|d|11|true", "a|1|e|12|true", "b|2|c|10|true", "b|2|d|11|true", "b|2|e|12|true"],
            rows.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(JoinKind.Inner)]
    [InlineData(JoinKind.Left, "b|1||0|false")]
    [InlineData(JoinKind.Right)]
    [InlineData(JoinKind.Outer, "b|1||0|false")]
    public void Run_WithoutKeysAndRightIsEmpty_YieldsWhatTheKindKeeps(JoinKind how, params string[] expected)
    {
        var (plan, tables) = Tables(["b"], []);
        plan.Result(plan.Join(0, 1, how));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(expected, rows);
    }

    [Theory]
    [InlineData(JoinKind.Inner)]
    [InlineData(JoinKind.Left, "b|1||0|false")]
    [InlineData(JoinKind.Right)]
    [InlineData(JoinKind.Outer, "b|1||0|false")]
    public void Run_RightInputIsEmpty_YieldsWhatTheKindKeeps(JoinKind how, params string[] expected)
    {
        var (plan, tables) = Tables(["b"], []);
        plan.Result(plan.Join(0, 1, how, "k"));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Run_InnerJoinWithNothing_DoesNotReadTheOtherTable()
    {
        var (plan, tables) = Tables(["a", "b"], []);
        plan.Result(plan.Join(0, 1, JoinKind.Inner, "k"));
        using var execution = new PlanExecution(plan.Plan, tables, new ExecutionOptions(), new CollectingSink());

        execution.RunScans(TestContext.Current.CancellationToken);

        Assert.Equal(1, tables.Snapshots);
        Assert.Equal(0, execution.Statistics.RowsScanned);
    }

    [Fact]
    public void Run_BothInputsAreOneNode_YieldsEveryPairOfTheGroup()
    {
        var (plan, tables) = Tables(["a", "b", "a"], []);
        plan.Result(plan.Join(0, 0, JoinKind.Inner, "k"));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(
            ["a|1|a|1", "a|1|a|3", "a|3|a|1", "a|3|a|3", "b|2|b|2"], rows.Order(StringComparer.Ordinal));
    }

    public static TheoryData<object[], object[], int> KeysOfAllTypes => new()
    {
        { [1L, 2L, 3L], [2L, 2L, 9L], 2 },
        { [new Time(5), new Time(6)], [new Time(6), new Time(7)], 1 },
        { [true, false], [false, false], 2 },
        { [0.0, double.NaN, 1.5], [-0.0, double.NaN, 2.5], 2 },
        { [new UInt128(1, 2), new UInt128(2, 1)], [new UInt128(2, 1), new UInt128(1, 1)], 1 },
        { ["", "x", "äöü"], ["äöü", "", "X"], 2 },
    };

    [Theory]
    [MemberData(nameof(KeysOfAllTypes))]
    public void Run_KeysOfAllTypes_MeetWhenEqual(object[] left, object[] right, int pairs)
    {
        var type = Cells.TypeOf(left[0]);
        var plan = new PlanWriter();
        var schema = Cells.Schema(("k", type), ("again", type));
        plan.Result(plan.Join(plan.Scan("l", schema), plan.Scan("r", schema), JoinKind.Inner, "k", "again"));
        var tables = new MemoryTables()
            .Add("l", schema, Cells.Batch(Cells.Column(type, left), Cells.Column(type, left)))
            .Add("r", schema, Cells.Batch(Cells.Column(type, right), Cells.Column(type, right)));

        var rows = Runs.Run(plan.Plan, tables).Rows();

        Assert.Equal(pairs, rows.Count);
    }

    [Fact]
    public void Run_ManyPairsOfFewRows_ComeInBatchesOfTheBound()
    {
        var (plan, tables) = Tables([.. Enumerable.Repeat("a", 50)], [.. Enumerable.Repeat("a", 70)]);
        plan.Result(plan.Join(0, 1, JoinKind.Inner, "k"));

        var sink = Runs.Run(plan.Plan, tables, new ExecutionOptions { MaxBatchRows = 64 });

        Assert.Equal(3500, sink.Rows().Count);
        Assert.Equal(64, sink.Results.Max(result => result.Batch.Rows));
    }

    [Fact]
    public void Run_EnoughPairsForALimit_StopsLooking()
    {
        var (plan, tables) = Tables([.. Enumerable.Repeat("a", 500)], [.. Enumerable.Repeat("a", 70)]);
        plan.Result(plan.Limit(plan.Join(0, 1, JoinKind.Outer, "k"), 10));
        var options = new ExecutionOptions { MaxBatchRows = 64 };
        using var execution = new PlanExecution(plan.Plan, tables, options, new CollectingSink());

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(64, execution.Statistics.Operators[2].RowsOut);
    }

    [Fact]
    public void Run_LargeInputOnTheLeft_HoldsTheSmallOneOnly()
    {
        var keys = Enumerable.Range(0, 100_000).Select(i => $"key {i}").ToArray();
        var (plan, tables) = Tables(keys, keys[..10]);
        plan.Result(plan.Join(0, 1, JoinKind.Inner, "k"));
        using var execution = new PlanExecution(
            plan.Plan, tables, new ExecutionOptions { MaxJoinBytes = 1 << 20 }, new CollectingSink());

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(10, execution.Statistics.RowsOut);
        Assert.InRange(execution.Statistics.PeakBytes, 100, 1 << 20);
    }

    [Fact]
    public void Run_MoreRowsThanMemory_NamesTheBound()
    {
        var keys = Enumerable.Range(0, 100_000).Select(i => $"key {i}").ToArray();
        var (plan, tables) = Tables(keys, keys);
        plan.Result(plan.Join(0, 1, JoinKind.Inner, "k"));

        var failure = Assert.Throws<QueryLimitException>(
            () => Runs.Run(plan.Plan, tables, new ExecutionOptions { MaxJoinBytes = 1 << 20 }));

        Assert.Contains("MaxJoinBytes = 1048576", failure.Message, StringComparison.Ordinal);
        Assert.Contains("before joining", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Complete_Joined_GivesTheMemoryBack()
    {
        var (plan, tables) = Tables(["a", "b"], ["a", "c"]);
        plan.Result(plan.Join(0, 1, JoinKind.Outer, "k"));
        var scope = new ExecutionOptions { MaxExecutionBytes = 1 << 16 };
        using var execution = new PlanExecution(plan.Plan, tables, scope, new CollectingSink());

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(0, execution.HeldBytes);
        Assert.InRange(execution.Statistics.PeakBytes, 1, 1 << 16);
    }

    [Fact]
    public void Complete_CancelledWhileProbing_Stops()
    {
        var (plan, tables) = Tables([.. Enumerable.Repeat("a", 5000)], [.. Enumerable.Repeat("a", 5000)]);
        plan.Result(plan.Join(0, 1, JoinKind.Inner, "k"));
        using var cancellation = new CancellationTokenSource();
        using var execution = new PlanExecution(
            plan.Plan, tables, new ExecutionOptions(), new CancellingSink(cancellation));

        Assert.Throws<OperationCanceledException>(() => execution.Complete(cancellation.Token));

        Assert.Equal(8192, execution.Statistics.RowsOut);
    }

    [Fact]
    public void Push_RowsToLookUpComeFirst_WaitForTheOthers()
    {
        var plan = new PlanWriter();
        plan.Result(plan.Join(plan.Source(0, Left), plan.Source(1, Right), JoinKind.Inner, "k"));
        var sink = new CollectingSink();
        using var execution = new PlanExecution(plan.Plan, null, new ExecutionOptions(), sink);

        execution.Push(0, LeftRows("a", "b"), TestContext.Current.CancellationToken);
        execution.Push(1, RightRows("b"), TestContext.Current.CancellationToken);
        execution.Push(0, LeftRows("b"), TestContext.Current.CancellationToken);
        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(["b|2|b|10|true", "b|1|b|10|true"], sink.Rows());
    }

    public static TheoryData<string[], string[], DataType, string> BadJoins => new()
    {
        { ["k"], ["k"], DataType.Int64, "compares 'k' of type String with 'k' of type Int64" },
        { ["k"], ["k", "k"], DataType.String, "1 keys with 2" },
        { ["k"], ["z"], DataType.String, "no column 'z'" },
    };

    [Theory]
    [MemberData(nameof(BadJoins))]
    public void Construct_KeysThatDoNotFit_AreRefused(string[] left, string[] right, DataType type, string why)
    {
        var (first, second) = (Cells.Schema(("k", DataType.String)), Cells.Schema(("k", type)));
        ImmutableArray<ColumnSchema> columns = [first[0], second[0] with { Name = "k_y" }];
        var plan = new Plan(
            [
                new ExchangeSourceNode(0, first, 0),
                new ExchangeSourceNode(1, second, 1),
                new JoinNode(2, [0, 1], columns, JoinKind.Inner, [.. left], [.. right]),
            ]);

        var failure = Assert.Throws<InvalidPlanException>(
            () => new PlanExecution(plan, null, new ExecutionOptions(), new CollectingSink()));

        Assert.Contains(why, failure.Message, StringComparison.Ordinal);
    }

    // Scans 0 and 1. Rows of the left table are numbered from 1, times of the right one from 10.
    private static (PlanWriter Plan, MemoryTables Tables) Tables(string[] left, string[] right)
    {
        var plan = new PlanWriter();
        plan.Scan("l", Left);
        plan.Scan("r", Right);
        return (plan, new MemoryTables().Add("l", Left, LeftRows(left)).Add("r", Right, RightRows(right)));
    }

    private static RowBatch LeftRows(params string[] keys) => Cells.Batch(
        keys.Length > 1000 ? Cells.Strings(keys) : Cells.Dictionary(keys),
        new Int64Column(keys.Select((_, i) => 1L + i).ToArray()));

    private static RowBatch RightRows(params string[] keys) => Cells.Batch(
        Cells.Strings(keys),
        new Int64Column(keys.Select((_, i) => 10L + i).ToArray(), DataType.Time64Ns),
        new BooleanColumn(Enumerable.Repeat(true, keys.Length).ToArray()));
}
