using System.Collections.Immutable;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Functions of px that stand for expressions of other functions.</summary>
internal static class ExpressionFunctions
{
    private const int MaxScriptArguments = 8; // overloads of _script_reference

    public static readonly ImmutableArray<BuiltinFunction> All =
    [
        new("equals_any", [new("value"), new("comparisons")], EqualsAny),
        new("script_reference", [new("label"), new("script"), new("args", new DictValue([]))], ScriptReference),
    ];

    // a == x or a == y or ..., as a balanced tree: long lists stay within the depth of expressions.
    private static FormulaValue EqualsAny(BuiltinCall call)
    {
        var values = call[1] switch
        {
            ListValue list => list.Items,
            TupleValue tuple => tuple.Items,
            _ => throw call.Unexpected(1, "list"),
        };
        if (values.IsEmpty)
        {
            throw new CompileException(
                DiagnosticCodes.Argument, call.SpanOf(1), "equals_any() needs at least one value to compare with.");
        }

        var terms = ImmutableArray.CreateBuilder<FormulaValue>(values.Length);
        foreach (var value in values)
        {
            call.Session.Step(call.Span);
            terms.Add(Operators.Apply(call.Session, call.Span, "==", [call[0], value]));
        }

        return AnyOf(call, terms.MoveToImmutable().AsSpan());
    }

    private static FormulaValue AnyOf(BuiltinCall call, ReadOnlySpan<FormulaValue> terms)
    {
        if (terms.Length == 1)
        {
            return terms[0];
        }

        var middle = terms.Length / 2;
        return Operators.Apply(
            call.Session, call.Span, "or", [AnyOf(call, terms[..middle]), AnyOf(call, terms[middle..])]);
    }

    private static FormulaValue ScriptReference(BuiltinCall call)
    {
        var arguments = ImmutableArray.CreateBuilder<Formula>();
        arguments.Add(Operators.FormulaOf(call[0], call.SpanOf(0)));
        arguments.Add(Operators.FormulaOf(call[1], call.SpanOf(1)));
        if (call[2] is not DictValue dict)
        {
            throw call.Unexpected(2, "dict");
        }

        if (dict.Items.Length > MaxScriptArguments)
        {
            throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(2),
                $"script_reference() takes at most {MaxScriptArguments} arguments of the script.");
        }

        foreach (var (key, value) in dict.Items)
        {
            var name = Names.TextOf(key) ?? throw new CompileException(
                DiagnosticCodes.Argument,
                call.SpanOf(2),
                $"Expected the keys of arg 'args' as type 'String', received '{key.TypeName}'");
            arguments.Add(Constants.OfText(call.SpanOf(2), name));
            arguments.Add(Operators.FormulaOf(value, call.SpanOf(2)));
        }

        return new FormulaValue(call.Session.Call(call.Span, "_script_reference", arguments.ToImmutable()));
    }
}
