using System.Collections.Immutable;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>An expression whose columns are names still: they get types when it meets a DataFrame.</summary>
/// <param name="Span">Where a message about it points.</param>
/// <param name="Size">Nodes in it, at most int.MaxValue.</param>
/// <param name="Depth">Calls within each other.</param>
internal abstract record Formula(SourceSpan Span, int Size, int Depth);

/// <summary>A column.</summary>
internal sealed record ColumnFormula(SourceSpan Span, string Name) : Formula(Span, 1, 1);

/// <summary>df.ctx['property']; which columns it is computed from is known only with its DataFrame.</summary>
internal sealed record ContextFormula(SourceSpan Span, ContextProperty Property) : Formula(Span, 2, 2);

/// <summary>A constant.</summary>
internal sealed record ConstantFormula(SourceSpan Span, ConstantExpression Value) : Formula(Span, 1, 1);

/// <summary>A call of a function of the catalog.</summary>
internal sealed record CallFormula(
    SourceSpan Span, string Function, ImmutableArray<Formula> Arguments, int Size, int Depth)
    : Formula(Span, Size, Depth)
{
    /// <summary>Makes a call and measures it.</summary>
    public static CallFormula Create(SourceSpan span, string function, ImmutableArray<Formula> arguments)
    {
        var (size, depth) = (1L, 0);
        foreach (var argument in arguments)
        {
            size += argument.Size;
            depth = Math.Max(depth, argument.Depth);
        }

        return new CallFormula(span, function, arguments, (int)Math.Min(size, int.MaxValue), depth + 1);
    }
}

/// <summary>A value with another meaning.</summary>
internal sealed record CastFormula(SourceSpan Span, Formula Operand, TypeValue Type)
    : Formula(Span, Operand.Size, Operand.Depth + 1);
