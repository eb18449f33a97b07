using System.Collections.Immutable;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Aggregation;

public sealed class AggregateOperatorTests
{
    public static TheoryData<string, object[], object> Values => new()
    {
        { "count", [1L, 2L, 3L], 3L },
        { "count", [1.5, double.NaN], 2L },
        { "count", ["a", "b"], 2L },
        { "count", [true], 1L },
        { "count", [new Time(1)], 1L },
        { "count", [(UInt128)1], 1L },
        { "sum", [3L, 6L, 10L, 5L, 2L], 26L },
        { "sum", [long.MaxValue, 1L], long.MinValue },
        { "sum", [1.5, 2.5], 4.0 },
        { "sum", [false, true, true], 2L },
        { "mean", [3L, 6L, 10L, 5L, 2L, 1L, 4L, 5L, 2L, 8L], 4.6 },
        { "mean", [1.5, 2.5], 2.0 },
        { "mean", [true, false, false, true], 0.5 },
        { "min", [3L, 1L, 2L], 1L },
        { "min", [-4.64, -4.64123445435, 2.25], -4.64123445435 },
        { "min", [double.NaN, 2.0, 1.0], 1.0 },
        { "min", [new Time(3), new Time(2)], new Time(2) },
        { "max", [3L, 5L, 2L], 5L },
        { "max", [-3.5, -1.5, -2.5], -1.5 },
        { "max", [double.NaN, -1.0, double.NaN], -1.0 },
        { "max", [double.NaN], double.NaN },
        { "max", [new Time(3), new Time(7)], new Time(7) },
        { "any", [true, false], true },
        { "any", [7L, 8L], 7L },
        { "any", [1.5, 2.5], 1.5 },
        { "any", [new Time(3), new Time(4)], new Time(3) },
        { "any", ["x", "y"], "x" },
        { "any", ["", "y"], "" },
        { "any", [(UInt128)9, (UInt128)8], (UInt128)9 },
        {
            "quantiles",
            [1L, 2L, 2L, 1L, 1L, 5L, 6L],
            """{"p01":1.0,"p10":1.0,"p25":1.0,"p50":2.0,"p75":4.25,"p90":5.8,"p99":6.0}"""
        },
        {
            "quantiles",
            [0.5],
            """{"p01":0.5,"p10":0.5,"p25":0.5,"p50":0.5,"p75":0.5,"p90":0.5,"p99":0.5}"""
        },
    };

    public static TheoryData<DataType, string, object> EmptyValues => new()
    {
        { DataType.Int64, "count", 0L },
        { DataType.Int64, "sum", 0L },
        { DataType.Int64, "mean", 0.0 },
        { DataType.Float64, "min", 0.0 },
        { DataType.Float64, "max", 0.0 },
        { DataType.String, "any", "" },
        {
            DataType.Int64,
            "quantiles",
            """{"p01":0.0,"p10":0.0,"p25":0.0,"p50":0.0,"p75":0.0,"p90":0.0,"p99":0.0}"""
        },
    };

    public static TheoryData<object[]> Keys => new()
    {
        { [true, false, true] },
        { [5L, -5L, 5L] },
        { [new Time(5), new Time(6), new Time(5)] },
        { [0.0, 1.5, -0.0] },
        { [double.NaN, 1.5, -double.NaN] },
        { ["a", "", "a"] },
        { [(UInt128)1 << 70, (UInt128)1, (UInt128)1 << 70] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Run_OneGroup_YieldsTheValue(string function, object[] cells, object expected)
    {
        var type = Cells.TypeOf(cells[0]);

        var sink = Aggregate(function, type, Cells.Batch(Cells.Column(type, cells)));

        Assert.Equal([expected], Cells.ToArray(Assert.Single(sink.Results).Batch.Columns[0]));
    }

    [Theory]
    [MemberData(nameof(EmptyValues))]
    public void Run_NoRowsAndNoKeys_YieldsOneRowOfZero(DataType type, string function, object expected)
    {
        var sink = Aggregate(function, type);

        Assert.Equal([expected], Cells.ToArray(Assert.Single(sink.Results).Batch.Columns[0]));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void Run_KeysOfEveryType_GroupEqualCells(object[] keys)
    {
        var type = Cells.TypeOf(keys[0]);
        var schema = Cells.Schema(("k", type), ("x", DataType.Int64));
        var batch = Cells.Batch(Cells.Column(type, keys), new Int64Column(new long[] { 1, 10, 100 }));

        var rows = GroupBy(schema, ["k"], batch);

        Assert.Equal([$"{Cells.Text(keys[0])}|101", $"{Cells.Text(keys[1])}|10"], rows);
    }

    [Fact]
    public void Run_NoRowsButKeys_YieldsNoGroup()
    {
        var schema = Cells.Schema(("k", DataType.String), ("x", DataType.Int64));

        Assert.Empty(GroupBy(schema, ["k"]));
    }

    [Fact]
    public void Run_ManyKeys_GroupByTheirCombination()
    {
        var schema = Cells.Schema(
            ("a", DataType.String), ("b", DataType.Int64), ("c", DataType.Boolean), ("x", DataType.Int64));
        var batch = Cells.Batch(
            Cells.Strings("p", "p", "q", "p", "q"),
            new Int64Column(new long[] { 1, 2, 1, 1, 1 }),
            new BooleanColumn(new[] { true, true, true, true, false }),
            new Int64Column(new long[] { 1, 2, 3, 4, 5 }));

        var rows = GroupBy(schema, ["a", "b", "c"], batch);

        Assert.Equal(["p|1|true|5", "p|2|true|2", "q|1|true|3", "q|1|false|5"], rows);
    }

    [Fact]
    public void Run_DictionariesThatDiffer_GroupByTheStrings()
    {
        var schema = Cells.Schema(("k", DataType.String), ("x", DataType.Int64));
        var first = Cells.Batch(Cells.Dictionary("a", "b", "a"), new Int64Column(new long[] { 1, 2, 3 }));
        var second = Cells.Batch(Cells.Dictionary("b", "c", "a"), new Int64Column(new long[] { 10, 20, 30 }));
        var third = Cells.Batch(Cells.Strings("c", "a"), new Int64Column(new long[] { 100, 200 }));

        var rows = GroupBy(schema, ["k"], first, second, third);

        Assert.Equal(["a|234", "b|12", "c|120"], rows);
    }

    [Fact]
    public void Run_ManyGroups_KeepsThemApart()
    {
        const int Groups = 200_000;
        var schema = Cells.Schema(("k", DataType.String), ("x", DataType.Int64));
        var keys = Enumerable.Range(0, 2 * Groups).Select(i => $"/path/{i % Groups}").ToArray();
        var cells = Enumerable.Range(0, 2 * Groups).Select(i => (long)(i % Groups)).ToArray();

        var rows = GroupBy(schema, ["k"], Cells.Batch(Cells.Strings(keys), new Int64Column(cells)));

        Assert.Equal(Enumerable.Range(0, Groups).Select(i => $"/path/{i}|{2 * i}"), rows);
    }

    private static List<string> GroupBy(
        ImmutableArray<ColumnSchema> schema, string[] keys, params RowBatch[] batches)
    {
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(plan.Scan("t", schema), keys, ("sum", "sum", "x")));
        var sink = Runs.Run(plan.Plan, new MemoryTables().Add("t", schema, batches));
        return sink.Rows();
    }

    private static CollectingSink Aggregate(string function, DataType type, params RowBatch[] batches)
    {
        var plan = new PlanWriter();
        var schema = Cells.Schema(("x", type));
        plan.Result(plan.Aggregate(plan.Scan("t", schema), [], ("value", function, "x")));
        return Runs.Run(plan.Plan, new MemoryTables().Add("t", schema, batches));
    }
}
