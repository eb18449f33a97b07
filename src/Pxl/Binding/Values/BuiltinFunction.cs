using System.Collections.Immutable;

namespace PixieOrleans.Pxl.Binding.Values;

/// <summary>A parameter of a built-in function; without a default it must be given.</summary>
internal sealed record BuiltinParameter(string Name, PxlValue? Default = null);

/// <summary>A function that runs while the script is evaluated: of px, or a method of a DataFrame.</summary>
internal sealed class BuiltinFunction(
    string name,
    ImmutableArray<BuiltinParameter> parameters,
    Func<BuiltinCall, PxlValue> body,
    bool takesKeywords = false) : PxlValue
{
    public string Name { get; } = name;

    public ImmutableArray<BuiltinParameter> Parameters { get; } = parameters;

    /// <summary>Runs it with bound arguments.</summary>
    public Func<BuiltinCall, PxlValue> Body { get; } = body;

    /// <summary>Keyword arguments of any name are taken (agg).</summary>
    public bool TakesKeywords { get; } = takesKeywords;

    public override string TypeName => "function";
}
