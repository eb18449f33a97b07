using System.Collections.Immutable;
using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>A call of a built-in function, with its arguments read as the types that the function wants.</summary>
internal sealed class BuiltinCall(
    Session session, SourceSpan span, ImmutableArray<BuiltinParameter> parameters, BoundArguments bound)
{
    public Session Session { get; } = session;

    public SourceSpan Span { get; } = span;

    /// <summary>Keyword arguments that are no parameters, in order.</summary>
    public ImmutableArray<Argument> Keywords => bound.Keywords;

    /// <summary>The value of a parameter, or its default.</summary>
    public PxlValue this[int index] => bound.Values[index]?.Value ?? parameters[index].Default!;

    public string NameOf(int index) => parameters[index].Name;

    public SourceSpan SpanOf(int index) => bound.Values[index]?.Span ?? Span;

    public DataFrameValue DataFrame(int index) =>
        this[index] as DataFrameValue ?? throw Unexpected(index, "DataFrame");

    public string Text(int index) =>
        Constant(index, DataType.String)?.Text ?? throw Unexpected(index, "String");

    public long Integer(int index) => Constant(index, DataType.Int64) is { } constant
        ? long.Parse(constant.Text, CultureInfo.InvariantCulture)
        : throw Unexpected(index, "Int");

    public bool Boolean(int index) =>
        (Constant(index, DataType.Boolean) ?? throw Unexpected(index, "Bool")).Text == "true";

    /// <summary>One text or a list of them.</summary>
    public ImmutableArray<string> Texts(int index)
    {
        if (Names.Of(this[index]) is { } names)
        {
            return names;
        }

        return Constant(index, DataType.String) is { } constant ? [constant.Text] : throw Unexpected(index, "String");
    }

    public CompileException Unexpected(int index, string expected) => new(
        DiagnosticCodes.Argument,
        SpanOf(index),
        $"Expected arg '{parameters[index].Name}' as type '{expected}', received '{this[index].TypeName}'");

    private ConstantExpression? Constant(int index, DataType type) =>
        this[index] is FormulaValue { Formula: ConstantFormula { Value: var value } } && value.Type == type
            ? value
            : null;
}
