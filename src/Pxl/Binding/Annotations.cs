using PixieOrleans.Model;
using PixieOrleans.Pxl.Binding.Modules;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding;

/// <summary>Checks arguments against the annotations of parameters.</summary>
internal static class Annotations
{
    public static bool IsType(PxlValue value) =>
        value is TypeValue or ListTypeValue || IsDataFrame(value);

    /// <summary>The argument, with the annotation's meaning if it is a constant.</summary>
    public static PxlValue Check(UserParameter parameter, PxlValue argument, SourceSpan span)
    {
        switch (parameter.Annotation)
        {
            case null:
                return argument;
            case TypeValue type:
                return CheckType(type, argument, span);
            case ListTypeValue:
                return argument is ListValue ? argument : throw Mismatch("list", argument, span);
            default:
                return argument is DataFrameValue ? argument : throw Mismatch("DataFrame", argument, span);
        }
    }

    private static FormulaValue CheckType(TypeValue type, PxlValue argument, SourceSpan span)
    {
        var expected = TypeValue.ShortName(type.DataType);
        if (argument is not FormulaValue value)
        {
            throw Mismatch(expected, argument, span);
        }

        if (value.Formula is not ConstantFormula constant)
        {
            return value; // its type is known only with its DataFrame
        }

        if (constant.Value.Type != type.DataType)
        {
            throw Mismatch(expected, argument, span);
        }

        return type.Semantic == SemanticType.None
            ? value
            : new FormulaValue(constant with { Value = constant.Value with { Semantic = type.Semantic } });
    }

    private static bool IsDataFrame(PxlValue value) => value is BuiltinFunction { Name: PxModule.DataFrameName };

    private static CompileException Mismatch(string expected, PxlValue argument, SourceSpan span) =>
        new(DiagnosticCodes.Argument, span, $"Expected '{expected}', received '{argument.TypeName}'");
}
