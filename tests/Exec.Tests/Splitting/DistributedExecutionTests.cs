using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Splitting;

/// <summary>A cut plan over any distribution of the rows gives the answer of the whole plan over all rows.</summary>
public sealed class DistributedExecutionTests
{
    private static readonly ImmutableArray<ColumnSchema> Schema = Cells.Schema(
        ("time_", DataType.Time64Ns),
        ("service", DataType.String),
        ("path", DataType.String),
        ("latency", DataType.Int64),
        ("share", DataType.Float64),
        ("upid", DataType.UInt128),
        ("failed", DataType.Boolean));

    private static readonly (string Name, string Function, string Column)[] Aggregates =
    [
        ("rows", "count", "latency"),
        ("total", "sum", "latency"),
        ("average", "mean", "share"),
        ("errors", "mean", "failed"),
        ("least", "min", "share"),
        ("last", "max", "time_"),
        ("quantiles", "quantiles", "latency"),
    ];

    private static readonly string[] KeyColumns = ["service", "path", "latency", "upid", "failed", "time_"];

    [Fact]
    public void Run_FiltersAndMaps_YieldTheSameRows() =>
        Gen.Select(Data(), Predicates()).Sample(
            (data, predicate) =>
            {
                var plan = new PlanWriter();
                var filter = plan.Filter(plan.Scan("t", Schema), predicate);
                plan.Result(plan.Map(
                    filter,
                    ("service", plan.Column(filter, "service")),
                    ("double", PlanWriter.Call("multiply", plan.Column(filter, "latency"), PlanWriter.Constant(2.5))),
                    ("both", PlanWriter.Call("add", plan.Column(filter, "path"), plan.Column(filter, "service"))),
                    ("bin", PlanWriter.Call("bin", plan.Column(filter, "time_"), PlanWriter.Constant(10L)))));

                var (whole, cut) = RunBoth(plan.Plan, data);

                Assert.Equal(whole.Order(StringComparer.Ordinal), cut.Order(StringComparer.Ordinal));
            });

    [Fact]
    public void Run_Aggregations_YieldTheSameGroups() =>
        Gen.Select(Data(), Predicates(), Gen.Int[0, 3], Gen.Shuffle(KeyColumns)).Sample(
            (data, predicate, keys, order) =>
            {
                var plan = new PlanWriter();
                var filter = plan.Filter(plan.Scan("t", Schema), predicate);
                plan.Result(plan.Aggregate(filter, order[..keys], Aggregates));

                var (whole, cut) = RunBoth(plan.Plan, data);

                var pairs = whole.Order(StringComparer.Ordinal).Zip(cut.Order(StringComparer.Ordinal)).ToList();
                Assert.Equal(whole.Count, cut.Count);
                Assert.All(pairs, pair => AssertSameRow(pair.First, pair.Second));
            });

    [Fact]
    public void Run_Limits_YieldAsManyRowsOfTheTable() =>
        Gen.Select(Data(), Gen.Int[0, 300]).Sample(
            (data, limit) =>
            {
                var plan = new PlanWriter();
                plan.Result(plan.Limit(plan.Scan("t", Schema), limit));

                var (whole, cut) = RunBoth(plan.Plan, data);

                var all = data.SelectMany(Cells.Rows).GroupBy(row => row).ToDictionary(g => g.Key, g => g.Count());
                Assert.Equal(whole.Count, cut.Count);
                Assert.All(cut.GroupBy(row => row), g => Assert.InRange(g.Count(), 1, all[g.Key]));
            });

    // Batches; in the cut run every batch is the table of one node.
    private static Gen<RowBatch[]> Data() =>
        Gen.Select(Gen.Int[0, 100], Gen.Int, Gen.Bool).Select(Batch).Array[0, 6];

    private static RowBatch Batch(int rows, int seed, bool encoded)
    {
        var random = new Random(seed);
        string[] Strings(string prefix, int distinct) =>
            [.. Enumerable.Range(0, rows).Select(_ => prefix + random.Next(distinct))];
        T[] Of<T>(Func<T> next) => [.. Enumerable.Range(0, rows).Select(_ => next())];
        var services = Strings("s", 4);
        return new RowBatch(
            [
                new Int64Column(Of(() => random.NextInt64(50)), DataType.Time64Ns),
                encoded ? Cells.Dictionary(services) : Cells.Strings(services),
                Cells.Strings(Strings("/p", 20)),
                new Int64Column(Of(() => random.NextInt64(-5, 30))),
                new Float64Column(Of(() => random.Next(8) / 8.0)),
                new UInt128Column(Of(() => new UInt128((ulong)random.Next(2), (ulong)random.Next(2)))),
                new BooleanColumn(Of(() => random.Next(2) == 0)),
            ],
            rows);
    }

    private static Gen<Expression> Predicates()
    {
        var latency = new ColumnExpression("latency", DataType.Int64, SemanticType.None);
        var service = new ColumnExpression("service", DataType.String, SemanticType.None);
        var failed = new ColumnExpression("failed", DataType.Boolean, SemanticType.None);
        var simple = Gen.OneOf<Expression>(
            Gen.Long[-5, 30].Select(x =>
                (Expression)PlanWriter.Call("lessThan", latency, PlanWriter.Constant(x))),
            Gen.Int[0, 5].Select(x =>
                (Expression)PlanWriter.Call("equal", service, PlanWriter.Constant($"s{x}"))),
            Gen.Const((Expression)PlanWriter.Call("logicalNot", failed)),
            Gen.Bool.Select(x => (Expression)PlanWriter.Constant(x)));
        return Gen.Select(simple, simple, Gen.Bool).Select((left, right, and) =>
            (Expression)PlanWriter.Call(and ? "logicalAnd" : "logicalOr", left, right));
    }

    private static (List<string> Whole, List<string> Cut) RunBoth(Plan plan, RowBatch[] data)
    {
        var whole = Runs.Run(plan, new MemoryTables().Add("t", Schema, data)).Rows();
        return (whole, Runs.RunCut(plan, "t", Schema, data).Rows());
    }

    // Sums of doubles depend on the order; 1e-9 is far above that and far below any real difference. The digests are
    // exact at this size.
    private static void AssertSameRow(string whole, string cut)
    {
        var (left, right) = (whole.Split('|'), cut.Split('|'));
        for (var i = 0; i < left.Length; i++)
        {
            if (left[i].StartsWith('{'))
            {
                var (expected, actual) = (Quantiles(left[i]), Quantiles(right[i]));
                Assert.All(expected, pair => Assert.Equal(pair.Value, actual[pair.Key], 1e-9));
            }
            else if (left[i] != right[i])
            {
                Assert.Equal(
                    double.Parse(left[i], CultureInfo.InvariantCulture),
                    double.Parse(right[i], CultureInfo.InvariantCulture),
                    1e-9);
            }
        }
    }

    private static Dictionary<string, double> Quantiles(string json) =>
        JsonSerializer.Deserialize<Dictionary<string, double>>(json)!;
}
