using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Tests.Kernels;

/// <summary>Calls a function on bytes that need not be UTF-8.</summary>
internal static class KernelBytes
{
    /// <summary>The result of one row.</summary>
    public static string Call(string function, byte[] text, params object[] constants)
    {
        DataType[] types = [DataType.String, .. constants.Select(Cells.TypeOf)];
        var signature = FunctionCatalog.Resolve(function, types);
        Assert.NotNull(signature);
        var call = new CallExpression(
            function,
            [
                new ColumnExpression("text", DataType.String, SemanticType.None),
                .. constants.Select(cell =>
                    new ConstantExpression(Cells.Text(cell), Cells.TypeOf(cell), SemanticType.None)),
            ],
            signature.Returns,
            SemanticType.None);
        using var compiled = new ExpressionCompiler(Cells.Schema(("text", DataType.String)), new ExecutionOptions())
            .Compile(call);
        var column = new ArenaStringColumn(new[] { 0, text.Length }, text);
        return Encoding.UTF8.GetString(((StringColumn)compiled.Materialize(Cells.Batch(column))).GetUtf8(0));
    }
}
