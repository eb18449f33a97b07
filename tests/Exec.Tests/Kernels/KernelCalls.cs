using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Calls a function on rows in every way the engine can: columns, constants on either side.</summary>
internal static class KernelCalls
{
    private const int Rows = 37; // full vectors and a rest

    /// <summary>The one result of a call, after all ways of calling agreed on it.</summary>
    public static object Call(string function, params object[] arguments) =>
        Call(QueryEnvironment.Empty, function, arguments);

    /// <summary>The same within surroundings.</summary>
    public static object Call(QueryEnvironment environment, string function, params object[] arguments)
    {
        var results = new List<object>();
        var signature = FunctionCatalog.Resolve(function, [.. arguments.Select(Cells.TypeOf)]);
        Assert.NotNull(signature);
        for (var constants = 0; constants < 1 << arguments.Length; constants++)
        {
            if (CanBeCalled(signature, arguments, constants))
            {
                results.AddRange(Evaluate(environment, function, arguments, constants));
            }
        }

        return Assert.Single(results.Distinct());
    }

    /// <summary>Column kernels over many rows.</summary>
    /// <param name="function">The function.</param>
    /// <param name="columns">One array of cells per argument.</param>
    public static object[] CallRows(string function, params object[][] columns) =>
        CallRows(QueryEnvironment.Empty, function, columns);

    /// <summary>The same within surroundings.</summary>
    public static object[] CallRows(QueryEnvironment environment, string function, params object[][] columns) =>
        Cells.ToArray(CallColumns(environment, function, columns));

    /// <summary>The bytes of a String result, for one row of columns.</summary>
    public static byte[] CallForBytes(string function, params object[] arguments)
    {
        object[][] columns = [.. arguments.Select(argument => new[] { argument })];
        return ((StringColumn)CallColumns(QueryEnvironment.Empty, function, columns)).GetUtf8(0).ToArray();
    }

    /// <summary>One row whose first argument is a constant, the others columns.</summary>
    public static object CallConstantFirst(string function, params object[] arguments) =>
        Evaluate(QueryEnvironment.Empty, function, arguments, 1)[0];

    private static Column CallColumns(QueryEnvironment environment, string function, object[][] columns)
    {
        var types = columns.Select(cells => Cells.TypeOf(cells[0])).ToArray();
        var expression = Expression(function, types, i => new ColumnExpression($"c{i}", types[i], SemanticType.None));
        var batch = Cells.Batch([.. columns.Select((cells, i) => Cells.Column(types[i], cells))]);
        using var compiled = Compile(environment, expression, types);
        return compiled.Materialize(batch);
    }

    // Some arguments have to be constants; what is no Unicode text cannot be one.
    private static bool CanBeCalled(FunctionSignature signature, object[] arguments, int constants) =>
        Enumerable.Range(0, arguments.Length).All(i => (constants >> i & 1) == 1
            ? arguments[i] is not byte[]
            : i >= signature.Constants);

    private static object[] Evaluate(
        QueryEnvironment environment, string function, object[] arguments, int constants)
    {
        var types = arguments.Select(Cells.TypeOf).ToArray();
        var expression = Expression(function, types, i => (constants >> i & 1) == 1
            ? new ConstantExpression(Cells.Text(arguments[i]), types[i], SemanticType.None)
            : new ColumnExpression($"c{i}", types[i], SemanticType.None));
        var cells = arguments.Select((argument, i) => Cells.Column(types[i], [.. Enumerable.Repeat(argument, Rows)]));
        using var compiled = Compile(environment, expression, types);
        var results = Cells.ToArray(compiled.Materialize(new RowBatch([.. cells], Rows)));
        Assert.Equal(Rows, results.Length);
        return results;
    }

    private static CallExpression Expression(string function, DataType[] types, Func<int, Expression> argument)
    {
        var signature = FunctionCatalog.Resolve(function, types);
        Assert.NotNull(signature);
        return new CallExpression(
            function, [.. types.Select((_, i) => argument(i))], signature.Returns, SemanticType.None);
    }

    private static CompiledExpression Compile(
        QueryEnvironment environment, CallExpression expression, DataType[] types)
    {
        var schema = Cells.Schema([.. types.Select((type, i) => ($"c{i}", type))]);
        return new ExpressionCompiler(schema, new ExecutionOptions { Environment = environment })
            .Compile(expression);
    }
}
