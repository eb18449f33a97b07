using System.Collections.Frozen;
using System.Collections.Immutable;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Kernels;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>All aggregates that the engine computes.</summary>
internal static class AggregateCatalog
{
    private static readonly FrozenDictionary<string, AggregateOverload> Overloads = Build();

    /// <summary>Type of the result, or Unknown when no aggregate takes exactly these types.</summary>
    public static DataType ResultOf(string function, ReadOnlySpan<DataType> arguments) =>
        Overloads.TryGetValue(KernelTable.KeyOf(function, arguments), out var overload)
            ? overload.Result
            : DataType.Unknown;

    /// <summary>The states of an aggregate.</summary>
    /// <param name="function">Name of the aggregate.</param>
    /// <param name="types">Types of its arguments.</param>
    /// <param name="columns">Positions of its arguments; of no meaning when only states are merged.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="budget">Bound of the memory.</param>
    /// <exception cref="InvalidPlanException">There is no such aggregate.</exception>
    public static Accumulator Create(
        string function,
        ImmutableArray<DataType> types,
        ImmutableArray<int> columns,
        ExecutionOptions options,
        MemoryBudget budget) =>
        Overloads.TryGetValue(KernelTable.KeyOf(function, types.AsSpan()), out var overload)
            ? overload.Create(new AggregateContext(types, columns, overload.Result, options, budget))
            : throw new InvalidPlanException($"No aggregate {function}({string.Join(", ", types)}).");

    private static FrozenDictionary<string, AggregateOverload> Build()
    {
        var table = new AggregateTable();
        BasicAggregates.Register(table);
        TextAggregates.Register(table);
        return table.Overloads.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
