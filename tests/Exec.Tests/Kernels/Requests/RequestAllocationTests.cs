using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

public sealed class RequestAllocationTests
{
    private const int Rows = 4000;
    private const int Slack = 4096; // the objects of the column and of its arrays

    public static TheoryData<string, string, object?> Calls => new()
    {
        { "normalize_pgsql", "SELECT a FROM t WHERE b = 17 AND c IN ('x', $$y$$) OR d IS TRUE", "Query" },
        { "normalize_pgsql", "query=[SELECT a WHERE b = $1 AND c = 3] params=[17]", "Execute" },
        { "normalize_mysql", "SELECT a FROM t WHERE b = -17 AND c = \"x\"", 3L },
        { "redact_pii_best_effort", "from 10.0.0.1 by ann@example.com, card 4111 1111 1111 1111", null },
        { "_predict_request_path_cluster", "/a/b/c?d", """[{"c":["a","b","*"],"m":[]}]""" },
        { "nslookup", "10.0.0.1", null },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public void Materialize_DistinctRows_AllocatesOnlyTheResult(string function, string text, object? constant)
    {
        Expression column = new ColumnExpression("text", DataType.String, SemanticType.None);
        Expression[] arguments = constant is null ? [column] : [column, PlanWriter.Constant(constant)];
        var schema = Cells.Schema(("text", DataType.String));
        using var compiled = new ExpressionCompiler(schema, new ExecutionOptions())
            .Compile(PlanWriter.Call(function, arguments));
        var batch = Cells.Batch(Cells.Strings([.. Enumerable.Repeat(text, Rows)]));
        var bytes = compiled.Materialize(batch).Bytes;

        var allocated = Allocations.Least(() => compiled.Materialize(batch), bytes + Slack);

        Assert.InRange(allocated, bytes, bytes + Slack);
    }
}
