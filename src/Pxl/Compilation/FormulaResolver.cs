using System.Collections.Immutable;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Types an expression over the columns it meets; overloads must fit exactly.</summary>
internal static class FormulaResolver
{
    /// <summary>How messages call aggregates.</summary>
    public const string AggregateKind = "UDA";

    private const int ShownOverloads = 4;

    public static Expression Resolve(Formula formula, ImmutableArray<ColumnSchema> columns)
    {
        switch (formula)
        {
            case ConstantFormula constant:
                return constant.Value;
            case ColumnFormula column:
                var schema = Find(columns, column.Name, column.Span);
                return new ColumnExpression(schema.Name, schema.Type, schema.Semantic);
            case ContextFormula context:
                return ContextResolver.Resolve(context, columns);
            case CastFormula cast:
                return cast.Type.Apply(Resolve(cast.Operand, columns), cast.Span);
            case CallFormula call:
                return ResolveCall(call, columns);
            default:
                throw new NotSupportedException($"No types for {formula.GetType().Name}.");
        }
    }

    /// <summary>The column of a name, or the error that there is none.</summary>
    public static ColumnSchema Find(ImmutableArray<ColumnSchema> columns, string name, SourceSpan span)
    {
        foreach (var column in columns)
        {
            if (column.Name == name)
            {
                return column;
            }
        }

        throw new CompileException(
            DiagnosticCodes.Column,
            span,
            $"Column '{name}' not found in parent dataframe",
            Suggestion.For(name, columns.Select(column => column.Name)));
    }

    /// <summary>The error of a call that no overload takes.</summary>
    public static CompileException NoOverload(
        string function, ReadOnlySpan<DataType> types, SourceSpan span, string kind = "UDF")
    {
        var list = new StringBuilder();
        foreach (var type in types)
        {
            list.Append(list.Length > 0 ? "," : "").Append(TypeNames.Of(type));
        }

        return new CompileException(
            DiagnosticCodes.Type,
            span,
            $"Could not find {kind} '{function}' with arguments [{list}].",
            OverloadHint(function, kind == AggregateKind ? FunctionKind.Aggregate : FunctionKind.Scalar));
    }

    private static string? OverloadHint(string function, FunctionKind kind)
    {
        var overloads = FunctionCatalog.Find(function);
        if (overloads.IsEmpty || overloads[0].Kind != kind)
        {
            return overloads.IsEmpty ? null
                : kind == FunctionKind.Scalar ? $"'{function}' is an aggregate: df.agg(name=('column', px.{function}))"
                : $"'{function}' is no aggregate";
        }

        var shown = overloads.Take(ShownOverloads).Select(
            overload => $"[{string.Join(",", overload.Arguments.Select(TypeNames.Of))}]");
        var more = overloads.Length > ShownOverloads ? ", ..." : "";
        return $"it takes {string.Join(", ", shown)}{more}";
    }

    /// <summary>Refuses a function that is known by name only.</summary>
    public static void CheckAvailable(FunctionSignature signature, SourceSpan span)
    {
        if (!signature.IsAvailable)
        {
            throw new CompileException(
                DiagnosticCodes.NotAvailable,
                span,
                $"The function '{signature.Name}' is not available.",
                signature.Summary);
        }
    }

    private static CallExpression ResolveCall(CallFormula call, ImmutableArray<ColumnSchema> columns)
    {
        var arguments = ImmutableArray.CreateBuilder<Expression>(call.Arguments.Length);
        foreach (var argument in call.Arguments)
        {
            arguments.Add(Resolve(argument, columns));
        }

        DataType[] types = [.. arguments.Select(argument => argument.Type)];
        SemanticType[] semantics = [.. arguments.Select(argument => argument.Semantic)];
        if (FunctionCatalog.Resolve(call.Function, types) is not { Kind: FunctionKind.Scalar } signature)
        {
            throw NoOverload(call.Function, types, call.Span);
        }

        CheckCall(call, signature);
        return new CallExpression(
            call.Function, arguments.MoveToImmutable(), signature.Returns, signature.ResultSemantic(semantics));
    }

    /// <summary>Whether the function can be computed at all, and has constants where it needs them.</summary>
    private static void CheckCall(CallFormula call, FunctionSignature signature)
    {
        CheckAvailable(signature, call.Span);
        for (var i = 0; i < signature.Constants; i++)
        {
            if (call.Arguments[i] is not ConstantFormula)
            {
                throw new CompileException(
                    DiagnosticCodes.Argument,
                    call.Arguments[i].Span,
                    $"{call.Function}() takes only a constant as argument {i + 1}.");
            }
        }
    }
}
