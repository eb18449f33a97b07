using System.Collections.Immutable;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Syntax;

namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A value that exists while a script is evaluated.</summary>
internal abstract class PxlValue
{
    /// <summary>Its kind, as messages name it.</summary>
    public abstract string TypeName { get; }
}

/// <summary>None.</summary>
internal sealed class NoneValue : PxlValue
{
    public static readonly NoneValue Instance = new();

    private NoneValue()
    {
    }

    public override string TypeName => "None";
}

/// <summary>A constant or an expression over the columns of a DataFrame.</summary>
internal sealed class FormulaValue(Formula formula) : PxlValue
{
    public Formula Formula { get; } = formula;

    public override string TypeName => Formula switch
    {
        ConstantFormula constant => TypeValue.ShortName(constant.Value.Type),
        ColumnFormula => "Column",
        ContextFormula => "Metadata",
        _ => "Func",
    };
}

/// <summary>A list; an argument that wants several names takes it.</summary>
internal sealed class ListValue(ImmutableArray<PxlValue> items) : PxlValue
{
    public ImmutableArray<PxlValue> Items { get; } = items;

    public override string TypeName => "list";
}

/// <summary>A tuple.</summary>
internal sealed class TupleValue(ImmutableArray<PxlValue> items) : PxlValue
{
    public ImmutableArray<PxlValue> Items { get; } = items;

    public override string TypeName => "tuple";
}

/// <summary>A dictionary.</summary>
internal sealed class DictValue(ImmutableArray<(PxlValue Key, PxlValue Value)> items) : PxlValue
{
    public ImmutableArray<(PxlValue Key, PxlValue Value)> Items { get; } = items;

    public override string TypeName => "dict";
}

/// <summary>A module; its attributes can be assigned.</summary>
internal sealed class ModuleValue(string name, Dictionary<string, PxlValue> attributes) : PxlValue
{
    public string Name { get; } = name;

    public Dictionary<string, PxlValue> Attributes { get; } = attributes;

    public override string TypeName => "module";
}

/// <summary>A function of the catalog: called it makes an expression, uncalled it is an argument of agg.</summary>
internal sealed class CatalogFunctionValue(string name) : PxlValue
{
    public string Name { get; } = name;

    public override string TypeName => "Func";
}

/// <summary>A parameter of a function of the script, with the value of its annotation.</summary>
internal sealed record UserParameter(string Name, PxlValue? Annotation, SourceSpan Span);

/// <summary>A function that the script defines.</summary>
internal sealed class UserFunctionValue(
    FunctionSyntax syntax, ImmutableArray<UserParameter> parameters, Scope scope, string? module) : PxlValue
{
    /// <summary>The module that it is of; null for the script itself.</summary>
    public string? Module { get; } = module;

    public FunctionSyntax Syntax { get; } = syntax;

    public ImmutableArray<UserParameter> Parameters { get; } = parameters;

    /// <summary>Where it was defined; names that the body does not bind are looked up there.</summary>
    public Scope Scope { get; } = scope;

    public override string TypeName => "function";
}

/// <summary>df.ctx, of which only subscripts have a meaning.</summary>
internal sealed class ContextValue(DataFrameValue frame) : PxlValue
{
    public DataFrameValue Frame { get; } = frame;

    public override string TypeName => "metadata";
}
