using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Kernels;

public sealed class AllocationTests
{
    private const int Rows = 8192;

    [Fact]
    public void Evaluate_FixedWidthKernels_AllocateNothing()
    {
        // (x * 2 + 1) / 3.5 > y and s == "b": integers, a conversion, doubles, a dictionary, logic
        var x = Column("x", DataType.Int64);
        var sum = Call("add", DataType.Int64, Call("multiply", DataType.Int64, x, Constant("2")), Constant("1"));
        var quotient = Call("divide", DataType.Float64, sum, Constant("3.5", DataType.Float64));
        var greater = Call("greaterThan", DataType.Boolean, quotient, Column("y", DataType.Float64));
        var same = Call(
            "equal", DataType.Boolean, Column("s", DataType.String), Constant("b", DataType.String));
        using var compiled = new ExpressionCompiler(
            Cells.Schema(("x", DataType.Int64), ("y", DataType.Float64), ("s", DataType.String)),
            new ExecutionOptions()).Compile(Call("logicalAnd", DataType.Boolean, greater, same));
        var expression = (FixedExpression<bool>)compiled;
        var batch = Batch();
        var truths = expression.Evaluate(batch).Count(true);

        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                expression.Evaluate(batch);
            }
        });

        Assert.Equal(0, allocated);
        Assert.Equal(2148, truths); // every third row from row 1750 on
    }

    [Fact]
    public void Push_RowsOfKnownGroups_AllocatesNothing()
    {
        var schema = Cells.Schema(("x", DataType.Int64), ("y", DataType.Float64), ("s", DataType.String));
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(
            plan.Source(0, schema),
            ["s", "y"],
            ("rows", "count", "s"),
            ("total", "sum", "x"),
            ("average", "mean", "x"),
            ("most", "max", "x"),
            ("some", "any", "s"),
            ("quantiles", "quantiles", "x")));
        using var execution = new PlanExecution(plan.Plan, null, new ExecutionOptions(), new CollectingSink());
        var (batch, cancellation) = (Batch(), TestContext.Current.CancellationToken);
        for (var i = 0; i < 4; i++)
        {
            execution.Push(0, batch, cancellation); // the groups, and the digests at their full size
        }

        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                execution.Push(0, batch, cancellation);
            }
        });

        Assert.Equal(0, allocated);
    }

    private static RowBatch Batch()
    {
        var strings = new[] { "a", "b", "c" };
        return Cells.Batch(
            new Int64Column(Enumerable.Range(0, Rows).Select(i => (long)i).ToArray()),
            new Float64Column(Enumerable.Range(0, Rows).Select(_ => 1000.0).ToArray()),
            Cells.Dictionary([.. Enumerable.Range(0, Rows).Select(i => strings[i % 3])]));
    }

    private static ColumnExpression Column(string name, DataType type) => new(name, type, SemanticType.None);

    private static ConstantExpression Constant(string text, DataType type = DataType.Int64) =>
        new(text, type, SemanticType.None);

    private static CallExpression Call(string function, DataType type, params Expression[] arguments) =>
        new(function, [.. arguments], type, SemanticType.None);
}
