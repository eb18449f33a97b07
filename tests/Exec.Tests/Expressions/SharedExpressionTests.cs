using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Exec.Tests.Expressions;

public sealed class SharedExpressionTests
{
    [Fact]
    public void Compile_EqualCallsOfSeveralExpressions_ComputesThemOncePerBatch()
    {
        var twice = PlanWriter.Call("multiply", Column("x", DataType.Int64), PlanWriter.Constant(2L));
        var upper = PlanWriter.Call("toupper", Column("s", DataType.String));
        var compiled = new ExpressionCompiler(
            Cells.Schema(("x", DataType.Int64), ("s", DataType.String)), new ExecutionOptions()).Compile(
            [twice, upper, PlanWriter.Call("add", twice, twice), PlanWriter.Call("length", upper), twice, upper]);

        foreach (var (x, s, sum) in new[] { (1L, "a", 4L), (10L, "bc", 40L) })
        {
            var batch = Cells.Batch(
                Cells.Column(DataType.Int64, [x, x]), Cells.Strings(s, s));
            var columns = compiled.Select(expression => expression.Materialize(batch)).ToArray();

            Assert.Same(columns[0], columns[4]);
            Assert.Same(columns[1], columns[5]);
            Assert.Equal([x * 2, x * 2], Cells.ToArray(columns[0]));
            Assert.Equal([sum, sum], Cells.ToArray(columns[2]));
            Assert.Equal([(long)s.Length, (long)s.Length], Cells.ToArray(columns[3]));
            Assert.Equal([s.ToUpperInvariant(), s.ToUpperInvariant()], Cells.ToArray(columns[5]));
        }

        foreach (var expression in compiled)
        {
            expression.Dispose();
        }
    }

    [Fact]
    public void Materialize_AfterTheValueWasUsed_GivesCellsOfItsOwn()
    {
        var twice = PlanWriter.Call("multiply", Column("x", DataType.Int64), PlanWriter.Constant(2L));
        var compiled = new ExpressionCompiler(Cells.Schema(("x", DataType.Int64)), new ExecutionOptions()).Compile(
            [PlanWriter.Call("negate", twice), twice]);
        var first = Cells.Batch(Cells.Column(DataType.Int64, [1L, 2L]));

        compiled[0].Materialize(first);
        var kept = compiled[1].Materialize(first);
        compiled[0].Materialize(Cells.Batch(Cells.Column(DataType.Int64, [7L, 8L])));

        Assert.Equal([2L, 4L], Cells.ToArray(kept));
        compiled[0].Dispose();
        compiled[1].Dispose();
    }

    private static ColumnExpression Column(string name, DataType type) => new(name, type, SemanticType.None);
}
