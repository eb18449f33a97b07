using System.Collections.Immutable;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Plans;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Aggregation;

public sealed class PprofTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema = Cells.Schema(
        ("stack", DataType.String), ("count", DataType.Int64), ("period", DataType.Int64));

    [Fact]
    public void Pprof_StacksOfOneNode_IsAProfileOfThem()
    {
        var profile = ReadProfile(Single(Run(Rows(("main;a;b", 3), ("main;a", 2), ("main;a;b", 4)))));

        Assert.Equal(["b<a<main 7 77000000", "a<main 2 22000000"], profile.Samples);
        Assert.Equal(["samples count", "cpu nanoseconds"], profile.SampleTypes);
        Assert.Equal("cpu nanoseconds", profile.PeriodType);
        Assert.Equal(11_000_000, profile.PeriodNs);
    }

    [Fact]
    public void Pprof_StacksOfSeveralNodes_AddsTheirCounts()
    {
        var answer = Runs.RunCut(
            Plan, "t", Schema, Rows(("main;a", 1), ("", 5)), Rows(("main;a", 1L << 40)), Rows());

        var profile = ReadProfile(Single(answer));

        Assert.Equal(["a<main 1099511627777 12094627905547000000", " 5 55000000"], profile.Samples);
    }

    [Fact]
    public void Pprof_NoRows_IsAnEmptyProfile()
    {
        var profile = ReadProfile(Single(Run(Rows())));

        Assert.Empty(profile.Samples);
        Assert.Equal(["samples count", "cpu nanoseconds"], profile.SampleTypes);
    }

    [Fact]
    public void Pprof_SeveralPeriods_IsAnErrorText()
    {
        var other = Cells.Batch(Cells.Strings("main"), new Int64Column(new[] { 1L }), new Int64Column(new[] { 12L }));

        var answer = Runs.RunCut(Plan, "t", Schema, Rows(("main", 1)), other);

        Assert.StartsWith("pprof: the rows of this group have several", (string)Cells.ToArray(Single(answer))[0]);
    }

    private static Plan Plan
    {
        get
        {
            var arguments = Schema.Select(column =>
                new ColumnExpression(column.Name, column.Type, SemanticType.None));
            var result = Cells.Schema(("profile", DataType.String));
            return new Plan([
                new TableScanNode(0, Schema, "t", null, null),
                new AggregateNode(
                    1,
                    [0],
                    result,
                    [],
                    [new AggregateCall("profile", "pprof", [.. arguments])],
                    AggregateMode.Complete),
                new ResultNode(2, [1], result, "output"),
            ]);
        }
    }

    private static CollectingSink Run(RowBatch rows) => Runs.Run(Plan, new MemoryTables().Add("t", Schema, rows));

    private static StringColumn Single(CollectingSink sink) =>
        (StringColumn)Assert.Single(sink.Results).Batch.Columns[0];

    private static RowBatch Rows(params (string Stack, long Count)[] rows) => Cells.Batch(
        Cells.Strings([.. rows.Select(row => row.Stack)]),
        new Int64Column(rows.Select(row => row.Count).ToArray()),
        new Int64Column(rows.Select(_ => 11L).ToArray()));

    // Decodes by the field numbers of profile.proto.
    private static Profile ReadProfile(StringColumn cell)
    {
        var fields = ProtobufFields.Read(cell.GetUtf8(0).ToArray());
        var strings = fields.Where(field => field.Number == 6).Select(field => field.Text).ToList();
        Assert.Equal("", strings[0]);
        var names = fields.Where(field => field.Number == 5).Select(field => field.Fields)
            .ToDictionary(function => function.One(1), function => strings[(int)function.One(2)]);
        var locations = fields.Where(field => field.Number == 4).Select(field => field.Fields).ToDictionary(
            location => location.One(1),
            location => names[location.Single(field => field.Number == 4).Fields.One(1)]);
        return new Profile(
            [.. fields.Where(field => field.Number == 1).Select(field => TypeOf(field, strings))],
            [.. fields.Where(field => field.Number == 2).Select(field => SampleOf(field, locations))],
            TypeOf(fields.Single(field => field.Number == 11), strings),
            fields.One(12));
    }

    private static string TypeOf(ProtobufField type, List<string> strings) =>
        $"{strings[(int)type.Fields.One(1)]} {strings[(int)type.Fields.One(2)]}";

    private static string SampleOf(ProtobufField sample, Dictionary<long, string> locations)
    {
        var stack = sample.Fields.Single(field => field.Number == 1).Numbers.Select(id => locations[id]);
        var values = sample.Fields.Single(field => field.Number == 2).Numbers.Select(value => (ulong)value);
        return $"{string.Join('<', stack)} {string.Join(' ', values)}";
    }

    private sealed record Profile(string[] SampleTypes, string[] Samples, string PeriodType, long PeriodNs);
}
