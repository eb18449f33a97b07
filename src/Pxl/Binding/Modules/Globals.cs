using PixieOrleans.Plans.Expressions;
using PixieOrleans.Pxl.Binding.Values;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Names that every script sees: constants and types.</summary>
internal static class Globals
{
    /// <summary>False.</summary>
    public static FormulaValue False { get; } = Constant(Constants.Boolean(false));

    public static Scope Create()
    {
        var scope = new Scope(null);
        scope.Bind("None", NoneValue.Instance);
        scope.Bind("True", Constant(Constants.Boolean(true)));
        scope.Bind("False", False);
        scope.Bind("list", ListTypeValue.Instance);
        foreach (var type in TypeValue.Globals)
        {
            scope.Bind(type.Name, type);
        }

        return scope;
    }

    private static FormulaValue Constant(ConstantExpression value) =>
        new(new ConstantFormula(new SourceSpan(1, 1), value));
}
