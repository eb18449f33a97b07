using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Bytes that a batch costs: nothing for cells of fixed width; the column itself for strings.</summary>
public sealed class ScalarAllocationTests
{
    private const int Rows = 8192;
    private const int PerColumn = 16 << 10; // objects, headers of arrays, and what the runtime rounds up

    private static readonly (string Name, Column Column)[] Input =
    [
        ("i", new Int64Column(Enumerable.Range(0, Rows).Select(i => (long)i % 7).ToArray())),
        ("f", new Float64Column(Enumerable.Range(0, Rows).Select(i => i / 3.0).ToArray())),
        ("b", new BooleanColumn(Enumerable.Range(0, Rows).Select(i => i % 3 == 0).ToArray())),
        ("s", Cells.Strings([.. Enumerable.Range(0, Rows).Select(i => $"/api/v1/items/{i}/é")])),
        ("d", Cells.Dictionary([.. Enumerable.Range(0, Rows).Select(i => $"/api/v{i % 3}/items")])),
        ("j", Cells.Strings([.. Enumerable.Range(0, Rows).Select(i => $$"""{"x":[1],"a":{{i}}.5,"h":"v{{i}}"}""")])),
    ];

    public static TheoryData<string, string[]> FixedWidth => new()
    {
        { "abs", ["i"] },
        { "floor", ["f"] },
        { "pow", ["f", "i"] },
        { "log", ["2.0", "f"] },
        { "approxEqual", ["f", "1.0"] },
        { "int64_to_time", ["i"] },
        { "atoi", ["s", "7"] },
        { "atoi", ["s", "i"] },
        { "select", ["b", "i", "0"] },
        { "select", ["b", "f", "f"] },
        { "find", ["s", "'items"] },
        { "find", ["s", "d"] },
        { "contains", ["d", "'items"] },
        { "pluck_int64", ["j", "'a"] },
        { "pluck_float64", ["j", "'a"] },
        { "pluck_float64", ["j", "s"] },
        { "regex_match", ["'/api/v[0-9]/items/[0-9]+/.", "s"] },
        { "regex_match", ["'.*items.*", "s"] },
        { "regex_match", ["'.*items.*", "d"] },
    };

    // Function, arguments, and the most bytes that a cell of the result may have beside its position.
    public static TheoryData<string, string[], int> Strings => new()
    {
        { "itoa", ["i"], 1 },
        { "round", ["f", "2"], 7 },
        { "select", ["b", "'yes", "'no"], 0 },
        { "select", ["b", "d", "'no"], 0 },
        { "select", ["b", "s", "d"], 21 },
        { "mysql_command_name", ["i"], 0 },
        { "amqp_method_name", ["i", "i"], 0 },
        { "strip_prefix", ["'/api/", "s"], 16 },
        { "strip_prefix", ["'/api/", "d"], 0 },
        { "split", ["s", "'/"], 36 },
        { "bytes_to_hex", ["s"], 84 },
        { "pluck", ["j", "'h"], 5 },
        { "pluck", ["j", "'x"], 3 },
        { "pluck_array", ["j", "0"], 0 },
        { "_script_reference", ["s", "'px/http", "'path", "s"], 92 },
        { "replace", ["'[0-9]+", "s", "'N"], 21 },
        { "_match_regex_rule", ["'{\"a\":\".*1.*\",\"b\":\"/x.+\"}", "s"], 0 },
        { "uri_parse", ["d"], 0 },
    };

    [Theory]
    [MemberData(nameof(FixedWidth))]
    public void Evaluate_FixedWidth_AllocatesNothing(string function, string[] arguments)
    {
        using var compiled = Compile(function, arguments);

        Assert.Equal(0, BytesOfABatch(compiled, bound: 0));
    }

    [Theory]
    [MemberData(nameof(Strings))]
    public void Evaluate_String_AllocatesTheColumnOnly(string function, string[] arguments, int cellBytes)
    {
        using var compiled = Compile(function, arguments);

        var limit = Rows * (sizeof(int) + cellBytes) + PerColumn;
        Assert.InRange(BytesOfABatch(compiled, limit), 0, limit);
    }

    // The first batches rent, build states of automata and run code that the runtime has yet to optimise.
    private static long BytesOfABatch(CompiledExpression compiled, long bound)
    {
        var batch = new RowBatch([.. Input.Select(column => column.Column)], Rows);
        return Allocations.Least(() => Evaluate(compiled, batch), bound);
    }

    private static void Evaluate(CompiledExpression compiled, RowBatch batch)
    {
        switch (compiled)
        {
            case FixedExpression<bool> truths:
                truths.Evaluate(batch);
                break;
            case FixedExpression<long> integers:
                integers.Evaluate(batch);
                break;
            case FixedExpression<double> reals:
                reals.Evaluate(batch);
                break;
            default:
                ((StringExpression)compiled).Evaluate(batch);
                break;
        }
    }

    private static CompiledExpression Compile(string function, string[] arguments)
    {
        var schema = Cells.Schema([.. Input.Select(column => (column.Name, column.Column.Type))]);
        Expression[] expressions = [.. arguments.Select(Argument)];
        var signature = FunctionCatalog.Resolve(function, [.. expressions.Select(expression => expression.Type)]);
        Assert.NotNull(signature);
        return new ExpressionCompiler(schema, new ExecutionOptions()).Compile(
            new CallExpression(function, [.. expressions], signature.Returns, SemanticType.None));
    }

    // A column by name, 'text, or a number.
    private static Expression Argument(string text)
    {
        if (Input.FirstOrDefault(column => column.Name == text).Column is { } column)
        {
            return new ColumnExpression(text, column.Type, SemanticType.None);
        }

        var type = text[0] == '\'' ? DataType.String
            : text.Contains('.', StringComparison.Ordinal) ? DataType.Float64
            : DataType.Int64;
        return new ConstantExpression(text.TrimStart('\''), type, SemanticType.None);
    }
}
