using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Nodes;

namespace PixieOrleans.Bench.Queries;

/// <summary>A query as a plan and as SQL.</summary>
internal sealed record BenchQuery(string Name, Plan Plan, string Sql);

/// <summary>The queries that are measured.</summary>
internal static class HttpQueries
{
    private const string QuantilesSql = "approx_quantile(latency, [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99])";

    private static readonly ColumnExpression Latency = new("latency", DataType.Int64, SemanticType.None);

    private static readonly ColumnExpression Status = new("resp_status", DataType.Int64, SemanticType.None);

    public static ImmutableArray<BenchQuery> All =>
    [
        new(
            "group by service (dictionary): count, mean, quantiles",
            GroupBy("service", quantiles: true),
            $"SELECT service, count(*), avg(latency), {QuantilesSql} FROM http_events GROUP BY service"),
        new(
            "group by req_path (arena): count, mean, quantiles",
            GroupBy("req_path", quantiles: true),
            $"SELECT req_path, count(*), avg(latency), {QuantilesSql} FROM http_events GROUP BY req_path"),
        new(
            "group by service (dictionary): count, mean",
            GroupBy("service", quantiles: false),
            "SELECT service, count(*), avg(latency) FROM http_events GROUP BY service"),
        new(
            "group by req_path (arena): count, mean",
            GroupBy("req_path", quantiles: false),
            "SELECT req_path, count(*), avg(latency) FROM http_events GROUP BY req_path"),
        new(
            "filter on one req_path (arena), count",
            FilterOnPath(),
            "SELECT count(latency) FROM http_events WHERE req_path = '/api/v1/items/250'"),
        new(
            "filter and projection, a tenth passes",
            FilterAndMap(),
            "CREATE OR REPLACE TEMP TABLE answer AS SELECT time_, service, latency / 1000000.0 AS ms FROM http_events "
            + "WHERE latency > 12000000 AND resp_status = 200"),
    ];

    private static Plan GroupBy(string key, bool quantiles)
    {
        ImmutableArray<ColumnSchema> input =
            [new(key, DataType.String), new("latency", DataType.Int64)];
        var calls = new List<AggregateCall>
        {
            new("rows", "count", [Latency]), new("average", "mean", [Latency]),
        };
        var output = new List<ColumnSchema>
        {
            input[0], new("rows", DataType.Int64), new("average", DataType.Float64),
        };
        if (quantiles)
        {
            calls.Add(new AggregateCall("quantiles", "quantiles", [Latency]));
            output.Add(new ColumnSchema("quantiles", DataType.String));
        }

        return new Plan(
        [
            new TableScanNode(0, input, "http_events", null, null),
            new AggregateNode(1, [0], [.. output], [key], [.. calls], AggregateMode.Complete),
            new ResultNode(2, [1], [.. output], "output"),
        ]);
    }

    private static Plan FilterOnPath()
    {
        ImmutableArray<ColumnSchema> input = [new("req_path", DataType.String), new("latency", DataType.Int64)];
        ImmutableArray<ColumnSchema> output = [new("rows", DataType.Int64)];
        var path = new ColumnExpression("req_path", DataType.String, SemanticType.None);
        return new Plan(
        [
            new TableScanNode(0, input, "http_events", null, null),
            new FilterNode(1, [0], input[1..], Call(
                "equal", DataType.Boolean, path, Constant("/api/v1/items/250", DataType.String))),
            new AggregateNode(
                2, [1], output, [], [new AggregateCall("rows", "count", [Latency])], AggregateMode.Complete),
            new ResultNode(3, [2], output, "output"),
        ]);
    }

    private static Plan FilterAndMap()
    {
        var input = HttpRows.Columns.RemoveAt(2);
        var passed = input.RemoveAt(2);
        ImmutableArray<ColumnSchema> output =
            [new("time_", DataType.Time64Ns), new("service", DataType.String), new("ms", DataType.Float64)];
        return new Plan(
        [
            new TableScanNode(0, input, "http_events", null, null),
            new FilterNode(1, [0], passed, Call(
                "logicalAnd",
                DataType.Boolean,
                Call("greaterThan", DataType.Boolean, Latency, Constant("12000000", DataType.Int64)),
                Call("equal", DataType.Boolean, Status, Constant("200", DataType.Int64)))),
            new MapNode(2, [1], output,
            [
                new ColumnExpression("time_", DataType.Time64Ns, SemanticType.None),
                new ColumnExpression("service", DataType.String, SemanticType.None),
                Call("divide", DataType.Float64, Latency, Constant("1000000", DataType.Float64)),
            ]),
            new ResultNode(3, [2], output, "output"),
        ]);
    }

    private static CallExpression Call(string function, DataType type, params ImmutableArray<Expression> arguments) =>
        new(function, arguments, type, SemanticType.None);

    private static ConstantExpression Constant(string text, DataType type) => new(text, type, SemanticType.None);
}
