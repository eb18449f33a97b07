using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Plans.Functions.Catalog;

namespace PixieOrleans.Plans.Functions;

/// <summary>The functions that yield rows; scripts call them as px.Name and get a DataFrame.</summary>
public static class TableFunctionCatalog
{
    private static readonly FrozenDictionary<string, TableFunctionSignature> ByName =
        CatalogTables.Functions.Concat(DiagnosticTables.Functions)
            .ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static ImmutableArray<TableFunctionSignature> All { get; } =
        [.. CatalogTables.Functions, .. DiagnosticTables.Functions];

    /// <summary>The function of a name, or null.</summary>
    public static TableFunctionSignature? Find(string name) => ByName.GetValueOrDefault(name);
}
