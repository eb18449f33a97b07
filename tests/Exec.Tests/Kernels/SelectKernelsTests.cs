using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class SelectKernelsTests
{
    public static TheoryData<object, object> Branches => new()
    {
        { true, false },
        { 20L, 21L },
        { 1.5, double.NaN },
        { new Time(1), new Time(2) },
        { "yes", "" },
        { "same", "same" },
    };

    [Theory]
    [MemberData(nameof(Branches))]
    public void Select_ByColumnsAndConstants_YieldsTheBranch(object then, object otherwise)
    {
        Assert.Equal(then, KernelCalls.Call("select", true, then, otherwise));
        Assert.Equal(otherwise, KernelCalls.Call("select", false, then, otherwise));
    }

    [Fact]
    public void Select_Integers_ChoosesCellByCell()
    {
        var chosen = KernelCalls.CallRows(
            "select", [true, false, true, false, false], [1L, 2L, 3L, 4L, 5L], [-1L, -2L, -3L, -4L, -5L]);

        Assert.Equal([1L, -2L, 3L, -4L, -5L], chosen);
    }

    [Fact]
    public void Select_ManyRows_ChoosesCellByCell()
    {
        object[] conditions = [.. Enumerable.Range(0, 101).Select(i => (object)(i % 3 == 0))];
        object[] thens = [.. Enumerable.Range(0, 101).Select(i => (object)(double)i)];
        object[] otherwises = [.. Enumerable.Range(0, 101).Select(i => (object)(double)-i)];

        var chosen = KernelCalls.CallRows("select", conditions, thens, otherwises);

        Assert.Equal(Enumerable.Range(0, 101).Select(i => (object)(double)(i % 3 == 0 ? i : -i)), chosen);
    }

    [Fact]
    public void Select_Strings_ChoosesCellByCellInEveryLayout()
    {
        string[] thens = ["a", "b", "a", "c", "a"];
        string[] otherwises = ["x", "a", "", "x", "yy"];
        using var select = Compile(Column("t"), Column("e"));

        foreach (var left in new StringColumn[] { Cells.Strings(thens), Cells.Dictionary(thens) })
        {
            foreach (var right in new StringColumn[] { Cells.Strings(otherwises), Cells.Dictionary(otherwises) })
            {
                Assert.Equal(["a", "a", "a", "x", "a"], Cells.ToArray(Evaluate(select, left, right)));
                Assert.Equal(["a", "x"], Cells.ToArray(Evaluate(select, left.Slice(2, 2), right.Slice(2, 2))));
            }
        }
    }

    [Fact]
    public void Select_OneDictionaryInBothBranches_KeepsIt()
    {
        var cells = Cells.Dictionary("a", "b", "a", "c", "a");
        using var select = Compile(Column("t"), Column("e"));

        var chosen = Assert.IsType<DictionaryStringColumn>(Evaluate(select, cells, cells));

        Assert.Same(cells.Dictionary, chosen.Dictionary);
    }

    [Fact]
    public void Select_TwoConstants_SharesOneDictionaryAmongBatches()
    {
        using var select = Compile(Constant("yes"), Constant("no"));
        var any = Cells.Strings("", "", "", "", "");

        var first = Assert.IsType<DictionaryStringColumn>(Evaluate(select, any, any));
        var second = Assert.IsType<DictionaryStringColumn>(Evaluate(select, any, any));

        Assert.Equal(["yes", "no", "yes", "no", "yes"], Cells.ToArray(first));
        Assert.Same(first.Dictionary, second.Dictionary);
    }

    [Fact]
    public void Select_BeyondTheBoundOfAColumn_NamesTheBound()
    {
        var half = Cells.Strings(new string('x', 40_000), new string('x', 40_000));
        using var select = Compile(Column("t"), Column("e"));

        var failure = Assert.Throws<QueryLimitException>(() => Evaluate(select, half, half));

        Assert.Contains("MaxStringColumnBytes = 65536", failure.Message, StringComparison.Ordinal);
    }

    // The condition is true in every other row, from the first.
    private static StringColumn Evaluate(CompiledExpression select, Column then, Column otherwise)
    {
        var conditions = Enumerable.Range(0, then.Length).Select(i => i % 2 == 0).ToArray();
        return ((StringExpression)select).Evaluate(Cells.Batch(new BooleanColumn(conditions), then, otherwise));
    }

    private static CompiledExpression Compile(Expression then, Expression otherwise) => new ExpressionCompiler(
        Cells.Schema(("c", DataType.Boolean), ("t", DataType.String), ("e", DataType.String)),
        new ExecutionOptions { MaxStringColumnBytes = 1 << 16 }).Compile(new CallExpression(
            "select",
            [new ColumnExpression("c", DataType.Boolean, SemanticType.None), then, otherwise],
            DataType.String,
            SemanticType.None));

    private static ColumnExpression Column(string name) => new(name, DataType.String, SemanticType.None);

    private static ConstantExpression Constant(string text) => new(text, DataType.String, SemanticType.None);
}
