using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans.Functions.Catalog;

namespace PixieOrleans.Plans.Functions;

/// <summary>The functions that plans may call: what the compiler resolves against and the engine implements.</summary>
/// <remarks>There is no implicit conversion: an overload is listed here or the call is an error.</remarks>
public static class FunctionCatalog
{
    private static readonly ImmutableArray<FunctionFamily> Families =
    [
        .. OperatorFunctions.Families,
        .. NumberFunctions.Families,
        .. TextFunctions.Families,
        .. JsonFunctions.Families,
        .. ProtocolFunctions.Families,
        .. RequestFunctions.Families,
        .. ModelFunctions.Families,
        .. ProcessFunctions.Families,
        .. EntityFunctions.Families,
        .. AggregateFunctions.Families,
    ];

    private static readonly FrozenDictionary<string, ImmutableArray<FunctionSignature>> ByName = Families
        .SelectMany(family => family.Signatures())
        .GroupBy(signature => signature.Name, StringComparer.Ordinal)
        .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>All overloads.</summary>
    public static ImmutableArray<FunctionSignature> All { get; } =
        [.. Families.SelectMany(family => family.Signatures())];

    /// <summary>All names, for suggestions.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Overloads of a name; empty when there is no such function.</summary>
    public static ImmutableArray<FunctionSignature> Find(string name) =>
        ByName.TryGetValue(name, out var overloads) ? overloads : [];

    /// <summary>The overload that takes exactly these types, or null.</summary>
    public static FunctionSignature? Resolve(string name, ReadOnlySpan<DataType> arguments)
    {
        foreach (var overload in Find(name))
        {
            if (overload.Accepts(arguments))
            {
                return overload;
            }
        }

        return null;
    }
}
