using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class StringKernelsTests
{
    public static TheoryData<string, object[], object> Calls => new()
    {
        { "add", ["a", "b"], "ab" },
        { "add", ["", ""], "" },
        { "contains", ["/api/users", "api"], true },
        { "contains", ["/api/users", "API"], false },
        { "contains", ["", ""], true },
        { "contains", ["abc", ""], true },
        { "contains", ["ab", "abc"], false },
        { "length", ["héllo"], 6L },
        { "length", [""], 0L },
        { "toupper", ["aZ-é"], "AZ-é" },
        { "tolower", ["aZ-É"], "az-É" },
        { "substring", ["hello", 1L, 3L], "ell" },
        { "substring", ["hello", 3L, 10L], "lo" },
        { "substring", ["hello", 5L, 1L], "" },
        { "substring", ["hello", 6L, 1L], "" },
        { "substring", ["hello", -1L, 2L], "" },
        { "substring", ["hello", 1L, -2L], "" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Call_ByColumnsAndConstants_YieldsTheValue(string function, object[] arguments, object expected) =>
        Assert.Equal(expected, KernelCalls.Call(function, arguments));

    [Fact]
    public void Equal_DictionaryAndItsSlices_MatchesTheArena()
    {
        var encoded = Cells.Dictionary("a", "b", "a", "c", "b");
        using var equal = EqualTo("b");

        var all = Evaluate(equal, encoded);
        var slice = Evaluate(equal, encoded.Slice(1, 2));
        var other = Evaluate(equal, Cells.Dictionary("b", "x"));
        var arena = Evaluate(equal, Cells.Strings("a", "b", "", "bb"));

        Assert.Equal([false, true, false, false, true], all);
        Assert.Equal([true, false], slice);
        Assert.Equal([true, false], other);
        Assert.Equal([false, true, false, false], arena);
    }

    [Fact]
    public void Concatenate_BeyondTheBoundOfAColumn_NamesTheBound()
    {
        var options = new ExecutionOptions { MaxStringColumnBytes = 1 << 16 };
        var columns = Cells.Schema(("a", DataType.String));
        var a = new ColumnExpression("a", DataType.String, SemanticType.None);
        using var doubled = new ExpressionCompiler(columns, options)
            .Compile(new CallExpression("add", [a, a], DataType.String, SemanticType.None));

        var failure = Assert.Throws<QueryLimitException>(
            () => doubled.Materialize(Cells.Batch(Cells.Strings(new string('x', 40_000)))));

        Assert.Contains("MaxStringColumnBytes = 65536", failure.Message, StringComparison.Ordinal);
    }

    private static CompiledExpression EqualTo(string text) => new ExpressionCompiler(
        Cells.Schema(("s", DataType.String)), new ExecutionOptions()).Compile(new CallExpression(
            "equal",
            [
                new ColumnExpression("s", DataType.String, SemanticType.None),
                new ConstantExpression(text, DataType.String, SemanticType.None),
            ],
            DataType.Boolean,
            SemanticType.None));

    private static object[] Evaluate(CompiledExpression expression, Column column) =>
        Cells.ToArray(expression.Materialize(Cells.Batch(column)));
}
