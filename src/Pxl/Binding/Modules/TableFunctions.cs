using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Compilation;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>The table functions of the catalog as functions of px that make DataFrames.</summary>
internal static class TableFunctions
{
    public static readonly ImmutableArray<BuiltinFunction> All =
        [.. TableFunctionCatalog.All.Select(Bind)];

    private static BuiltinFunction Bind(TableFunctionSignature signature) => new(
        signature.Name,
        [.. signature.Arguments.Select(argument => new BuiltinParameter(argument.Name, DefaultOf(argument)))],
        call => new DataFrameValue(call.Session.Graph.Add(
            new TableFunctionOperation(call.Span, signature, Read(call, signature.Arguments)))));

    private static FormulaValue? DefaultOf(TableFunctionArgument argument) => argument.Default is null
        ? null
        : new FormulaValue(new ConstantFormula(
            new SourceSpan(1, 1), new ConstantExpression(argument.Default, argument.Type, SemanticType.None)));

    private static ImmutableArray<ConstantExpression> Read(
        BuiltinCall call, ImmutableArray<TableFunctionArgument> arguments)
    {
        var values = ImmutableArray.CreateBuilder<ConstantExpression>(arguments.Length);
        for (var i = 0; i < arguments.Length; i++)
        {
            values.Add(
                call[i] is FormulaValue { Formula: ConstantFormula { Value: var value } }
                    && value.Type == arguments[i].Type
                    ? value
                    : throw call.Unexpected(i, TypeValue.ShortName(arguments[i].Type)));
        }

        return values.MoveToImmutable();
    }
}
