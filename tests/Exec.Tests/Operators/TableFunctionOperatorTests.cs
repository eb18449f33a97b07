using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Operators;

public sealed class TableFunctionOperatorTests
{
    [Fact]
    public void Complete_TableFunction_YieldsItsRows()
    {
        var plan = new PlanWriter();
        plan.Result(plan.TableFunction("GetTables"));
        var source = new Source(Cells.Batch(Cells.Strings("t", "u"), Cells.Strings("first", "second")));
        var sink = new CollectingSink();
        using var execution = new PlanExecution(plan.Plan, null, Options(source), sink);

        execution.Complete(TestContext.Current.CancellationToken);

        Assert.Equal(["t|first", "u|second"], sink.Rows());
        Assert.Equal("GetTables", source.Function);
    }

    [Fact]
    public void Complete_RowsOfAnotherShape_AreRefused()
    {
        var plan = new PlanWriter();
        plan.Result(plan.TableFunction("GetTables"));
        var source = new Source(Cells.Batch(Cells.Strings("t"), new Int64Column(new long[1])));
        using var execution = new PlanExecution(plan.Plan, null, Options(source), new CollectingSink());

        var failure = Assert.Throws<InvalidPlanException>(
            () => execution.Complete(TestContext.Current.CancellationToken));

        Assert.Contains("'table_desc' of GetTables is Int64", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Construct_NobodyComputesTheFunction_IsRefused()
    {
        var plan = new PlanWriter();
        plan.Result(plan.TableFunction("GetTables"));

        var failure = Assert.Throws<InvalidPlanException>(
            () => new PlanExecution(plan.Plan, null, new ExecutionOptions(), new CollectingSink()));

        Assert.Contains("GetTables cannot be computed here", failure.Message, StringComparison.Ordinal);
    }

    private static ExecutionOptions Options(ITableFunctionSource source) =>
        new() { Environment = new QueryEnvironment { TableFunctions = source } };

    private sealed class Source(RowBatch batch) : ITableFunctionSource
    {
        public string? Function { get; private set; }

        public IEnumerable<RowBatch> Read(string function, ImmutableArray<ConstantExpression> arguments)
        {
            Function = function;
            return [batch];
        }
    }
}
