using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Plans.Functions;
using PixieOrleans.Pxl.Binding;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Turns df.ctx['property'] into the call of a function of a column that is there.</summary>
internal static class ContextResolver
{
    private const string LocalAddressColumn = "local_addr";
    private const string TimeColumn = "time_";
    private const string PodOfConnection = "_upid_to_podname_local_addr_fallback";

    public static CallExpression Resolve(ContextFormula context, ImmutableArray<ColumnSchema> columns)
    {
        var property = context.Property;
        var source = property.Sources.FirstOrDefault(name => Find(columns, name) is not null)
            ?? throw new CompileException(
                DiagnosticCodes.Column,
                context.Span,
                "Can't resolve metadata because of lack of converting columns in the parent. " +
                $"Need one of [{string.Join(",", property.Sources)}]. " +
                $"Parent type has columns [{string.Join(",", columns.Select(column => column.Name))}] available.");
        if (property.Name == ContextProperty.PodName && source == ContextProperty.Upid
            && Find(columns, LocalAddressColumn) is { } address && Find(columns, TimeColumn) is { } time)
        {
            return Call(PodOfConnection, [Find(columns, source)!, address, time], context.Span);
        }

        return Call($"{source}_to_{property.Name}", [Find(columns, source)!], context.Span);
    }

    private static ColumnSchema? Find(ImmutableArray<ColumnSchema> columns, string name) =>
        columns.FirstOrDefault(column => column.Name == name);

    private static CallExpression Call(string function, ImmutableArray<ColumnSchema> columns, SourceSpan span)
    {
        DataType[] types = [.. columns.Select(column => column.Type)];
        SemanticType[] semantics = [.. columns.Select(column => column.Semantic)];
        return FunctionCatalog.Resolve(function, types) is { } signature
            ? new CallExpression(
                function,
                [.. columns.Select(column => new ColumnExpression(column.Name, column.Type, column.Semantic))],
                signature.Returns,
                signature.ResultSemantic(semantics))
            : throw FormulaResolver.NoOverload(function, types, span);
    }
}
