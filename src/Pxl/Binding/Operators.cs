using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Operators: calls of catalog functions, computed at once when all operands are constants.</summary>
internal static class Operators
{
    private static readonly FrozenDictionary<string, string> Binary = new Dictionary<string, string>
    {
        ["+"] = "add",
        ["-"] = "subtract",
        ["*"] = "multiply",
        ["/"] = "divide",
        ["%"] = "modulo",
        ["=="] = "equal",
        ["!="] = "notEqual",
        ["<"] = "lessThan",
        ["<="] = "lessThanEqual",
        [">"] = "greaterThan",
        [">="] = "greaterThanEqual",
        ["and"] = "logicalAnd",
        ["or"] = "logicalOr",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Prefix = new Dictionary<string, string>
    {
        ["-"] = "negate",
        ["~"] = "invert",
        ["not"] = "logicalNot",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static FormulaValue Apply(
        Session session, SourceSpan span, string symbol, ImmutableArray<PxlValue> operands) =>
        Binary.TryGetValue(symbol, out var function)
            ? Call(session, span, function, operands)
            : throw NotHandled(symbol, span);

    public static FormulaValue ApplyUnary(Session session, SourceSpan span, string symbol, PxlValue operand) =>
        Prefix.TryGetValue(symbol, out var function)
            ? Call(session, span, function, [operand])
            : throw NotHandled(symbol, span);

    /// <summary>The expression that a value is, if it is one.</summary>
    public static Formula FormulaOf(PxlValue value, SourceSpan span) => value is FormulaValue formula
        ? formula.Formula
        : throw new CompileException(
            DiagnosticCodes.Value, span, $"Expected an expression, received '{value.TypeName}'");

    /// <summary>A call of a type: the argument with another meaning.</summary>
    public static FormulaValue Cast(
        Session session, TypeValue type, ImmutableArray<Argument> arguments, SourceSpan span)
    {
        var bound = ArgumentBinder.Bind(type.Name, span, ["expr"], _ => false, arguments, takesKeywords: false);
        var argument = bound.Values[0]!.Value;
        var formula = FormulaOf(argument.Value, argument.Span);
        if (formula is ConstantFormula constant)
        {
            return new FormulaValue(constant with { Value = (ConstantExpression)type.Apply(constant.Value, span) });
        }

        var cast = new CastFormula(span, formula, type);
        session.Check(cast);
        return new FormulaValue(cast);
    }

    private static FormulaValue Call(
        Session session, SourceSpan span, string function, ImmutableArray<PxlValue> operands)
    {
        var formulas = ImmutableArray.CreateBuilder<Formula>(operands.Length);
        var constants = ImmutableArray.CreateBuilder<ConstantExpression>(operands.Length);
        foreach (var operand in operands)
        {
            var formula = FormulaOf(operand, span);
            formulas.Add(formula);
            if (formula is ConstantFormula constant)
            {
                constants.Add(constant.Value);
            }
        }

        if (constants.Count < operands.Length)
        {
            return new FormulaValue(session.Call(span, function, formulas.MoveToImmutable()));
        }

        var folded = ConstantFolder.Fold(function, constants.MoveToImmutable(), span, session.Limits);
        if (folded.Type == DataType.String)
        {
            session.CountText(span, folded.Text.Length);
        }

        return new FormulaValue(new ConstantFormula(span, folded));
    }

    private static CompileException NotHandled(string symbol, SourceSpan span) =>
        new(DiagnosticCodes.Refused, span, $"Operator '{symbol}' not handled");
}
