using System.Globalization;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Makes constants.</summary>
internal static class Constants
{
    public static ConstantFormula Of(LiteralSyntax literal, CompileLimits limits) => literal.Value switch
    {
        long integer => OfInteger(literal.Span, integer),
        double number => new ConstantFormula(literal.Span, Float(number)),
        string text when text.Length <= limits.ConstantChars => OfText(literal.Span, text),
        string => throw TooLong(literal.Span, limits),
        _ => throw new NotSupportedException($"No constant of {literal.Value.GetType().Name}."),
    };

    public static ConstantFormula OfText(SourceSpan span, string value) => new(span, Text(value));

    /// <summary>A text that no place of the script stands for: a default.</summary>
    public static FormulaValue TextValue(string value) => new(OfText(new SourceSpan(1, 1), value));

    public static ConstantFormula OfInteger(SourceSpan span, long value) => new(span, Integer(value));

    public static ConstantFormula OfTime(SourceSpan span, long ns) => new(span, Time(ns));

    public static ConstantExpression Text(string value) => new(value, DataType.String, SemanticType.None);

    public static ConstantExpression Integer(long value) =>
        new(value.ToString(CultureInfo.InvariantCulture), DataType.Int64, SemanticType.None);

    public static ConstantExpression Time(long ns) =>
        new(ns.ToString(CultureInfo.InvariantCulture), DataType.Time64Ns, SemanticType.None);

    public static ConstantExpression Float(double value) =>
        new(value.ToString("R", CultureInfo.InvariantCulture), DataType.Float64, SemanticType.None);

    public static ConstantExpression Boolean(bool value) =>
        new(value ? "true" : "false", DataType.Boolean, SemanticType.None);

    public static CompileException TooLong(SourceSpan span, CompileLimits limits) =>
        new(DiagnosticCodes.Limit, span, $"A text constant has more than {limits.ConstantChars} characters.");
}
