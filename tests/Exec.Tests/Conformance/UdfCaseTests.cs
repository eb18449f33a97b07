using System.Globalization;
using System.Text.Json;
using PixieOrleans.Exec.Tests.Kernels;
using PixieOrleans.Exec.Tests.Kernels.Entities;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Conformance;

/// <summary>Cases with expected results, from outside the repository; skipped when they are absent.</summary>
public sealed class UdfCaseTests
{
    internal const string CasesPath = "shared/conformance/udf-cases.json";

    // An overload that Pixie tests and scripts cannot call (the function reference has none of an integer and a float),
    // and a case whose result is said not to be a profile: PprofTests has it.
    private static readonly string[] Others =
    [
        "MathOps.basic_mixed_less_than_equal_test#1",
        "MathOps.basic_mixed_less_than_equal_test#2",
        "MathOps.basic_mixed_less_than_equal_test#3",
        "MathOps.basic_mixed_less_than_equal_test#4",
        "PProf.uda_fails_with_multiple_sample_periods#1",
    ];

    [Fact]
    public void Cases_OfFunctionsInTheCatalog_YieldTheirResults()
    {
        var path = SourceTree.Find(CasesPath);
        Assert.SkipUnless(path is not null, $"../{CasesPath} is absent");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path!));
        var cases = document.RootElement.GetProperty("cases").EnumerateArray()
            .Where(item => !RequestCaseTests.Covers(item))
            .ToList();

        foreach (var item in cases.Where(IsInCatalog))
        {
            var actual = IsScalar(item) ? Scalar(item, document.RootElement) : Aggregate(item);
            AssertExpected(item, actual);
        }

        Assert.InRange(cases.Count, 250, int.MaxValue);
        Assert.Equal(
            Others, cases.Where(item => !IsInCatalog(item)).Select(item => item.GetProperty("id").GetString()));
    }

    private static bool IsInCatalog(JsonElement item)
    {
        if (!item.TryGetProperty(IsScalar(item) ? "args" : "arg_types", out _))
        {
            return false;
        }

        var types = Types(item).ToArray();
        return FunctionCatalog.Resolve(item.GetProperty("function").GetString()!, types) is not null;
    }

    private static bool IsScalar(JsonElement item) => item.GetProperty("kind").GetString() == "scalar";

    private static IEnumerable<DataType> Types(JsonElement item) => IsScalar(item)
        ? Arguments(item).Select(cell => TypeOf(cell.GetProperty("type").GetString()))
        : item.GetProperty("arg_types").EnumerateArray().Select(type => TypeOf(type.GetString()));

    private static object Scalar(JsonElement item, JsonElement cases) => KernelCalls.Call(
        KubernetesUpdates.Environment(cases, item),
        item.GetProperty("function").GetString()!,
        [.. Arguments(item).Select(CellOf)]);

    // Arguments that must be constants come first, in a list of their own.
    private static IEnumerable<JsonElement> Arguments(JsonElement item)
    {
        var constants = item.TryGetProperty("init_args", out var list) ? list.EnumerateArray() : default;
        return constants.Concat(item.GetProperty("args").EnumerateArray());
    }

    // The rows, then each group of rows to merge, on a node of its own.
    private static object Aggregate(JsonElement item)
    {
        var type = TypeOf(item.GetProperty("arg_types")[0].GetString()!);
        var schema = Cells.Schema(("x", type));
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(
            plan.Scan("t", schema), [], ("value", item.GetProperty("function").GetString()!, "x")));
        var parts = new List<JsonElement> { item.GetProperty("rows") };
        if (item.TryGetProperty("merge_rows", out var merged))
        {
            parts.AddRange(merged.EnumerateArray());
        }

        var batches = parts.Select(rows => Batch(type, rows)).Where(batch => batch.Rows > 0).ToArray();
        var answer = Runs.RunCut(plan.Plan, "t", schema, batches);
        return Cells.ToArray(Assert.Single(answer.Results).Batch.Columns[0])[0];
    }

    private static RowBatch Batch(DataType type, JsonElement rows) =>
        Cells.Batch(Cells.Column(type, [.. rows.EnumerateArray().Select(row => CellOf(row[0]))]));

    private static void AssertExpected(JsonElement item, object actual)
    {
        var id = item.GetProperty("id").GetString()!;
        if (item.TryGetProperty("expect", out var expected))
        {
            AssertCell(id, CellOf(expected), actual);
        }
        else if (item.TryGetProperty("expect_any_of", out var any))
        {
            Assert.Contains(actual, any.EnumerateArray().Select(CellOf));
        }
        else
        {
            AssertJson(item, (string)actual);
        }
    }

    private static void AssertJson(JsonElement item, string actual)
    {
        using var json = JsonDocument.Parse(actual);
        foreach (var field in item.GetProperty("expect_json_fields").EnumerateArray())
        {
            var (expected, value) = (field.GetProperty("value"), At(json.RootElement, field));
            if (expected.ValueKind == JsonValueKind.Number)
            {
                Assert.Equal(expected.GetDouble(), value.GetDouble(), 1e-9);
            }
            else
            {
                Assert.Equal(expected.GetString(), value.GetString());
            }
        }

        if (item.TryGetProperty("expect_json_counts", out var counts))
        {
            Assert.All(counts.EnumerateArray(), count => Assert.Equal(
                count.GetProperty("count").GetInt32(), At(json.RootElement, count).EnumerateObject().Count()));
        }
    }

    private static JsonElement At(JsonElement root, JsonElement check) => check.GetProperty("path").EnumerateArray()
        .Aggregate(root, (element, name) => element.GetProperty(name.GetString()!));

    private static void AssertCell(string id, object expected, object actual)
    {
        if (expected is double number)
        {
            Assert.Equal(number, (double)actual, 4 * (Math.BitIncrement(Math.Abs(number)) - Math.Abs(number)));
        }
        else
        {
            Assert.True(expected.Equals(actual), $"{id}: {actual} instead of {expected}");
        }
    }

    private static object CellOf(JsonElement cell)
    {
        if (cell.TryGetProperty("high", out var high))
        {
            return new UInt128(high.GetUInt64(), cell.GetProperty("low").GetUInt64());
        }

        if (cell.TryGetProperty("base64", out var bytes))
        {
            return bytes.GetBytesFromBase64();
        }

        var value = cell.GetProperty("value");
        return TypeOf(cell.GetProperty("type").GetString()!) switch
        {
            DataType.Boolean => value.GetBoolean(),
            DataType.Int64 => value.GetInt64(),
            DataType.Float64 => value.GetDouble(),
            DataType.Time64Ns => new Time(value.GetInt64()),
            DataType.String => value.GetString()!,
            _ => UInt128.Parse(value.GetRawText(), CultureInfo.InvariantCulture),
        };
    }

    // Some cases are of no one type: those functions are not in the catalog.
    private static DataType TypeOf(string? name) =>
        Enum.TryParse<DataType>(name, ignoreCase: true, out var type) ? type : DataType.Unknown;

    // Beside the repository, which is found from this source file.
}
