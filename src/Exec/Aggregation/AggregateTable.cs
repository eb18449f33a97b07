using System.Collections.Immutable;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Kernels;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>Makes the states of an aggregate, the types of whose arguments have been checked.</summary>
internal delegate Accumulator AccumulatorFactory(AggregateContext context);

/// <summary>An aggregate about to be computed.</summary>
/// <param name="Types">Types of the arguments.</param>
/// <param name="Columns">Their positions in the input; of no meaning when only states are merged.</param>
/// <param name="Result">Type of the result.</param>
/// <param name="Options">Bounds.</param>
/// <param name="Budget">Bound of the memory; whatever grows with groups or values is charged to it.</param>
internal sealed record AggregateContext(
    ImmutableArray<DataType> Types,
    ImmutableArray<int> Columns,
    DataType Result,
    ExecutionOptions Options,
    MemoryBudget Budget);

/// <summary>One overload of an aggregate.</summary>
internal sealed record AggregateOverload(DataType Result, AccumulatorFactory Create);

/// <summary>Aggregates by name and exact types of the arguments, while they are being collected.</summary>
internal sealed class AggregateTable
{
    /// <summary>The overloads, keyed as in <see cref="KernelTable.KeyOf"/>.</summary>
    public Dictionary<string, AggregateOverload> Overloads { get; } = new(StringComparer.Ordinal);

    /// <summary>Adds overloads that one factory makes.</summary>
    /// <param name="function">Name of the aggregate.</param>
    /// <param name="overloads">Such as "I:S F:S"; letters as in the function catalog.</param>
    /// <param name="create">The factory.</param>
    public void Add(string function, string overloads, AccumulatorFactory create)
    {
        foreach (var overload in overloads.Split(' '))
        {
            var colon = overload.IndexOf(':', StringComparison.Ordinal);
            var result = KernelTable.TypeOf(overload[colon + 1]);
            Overloads.Add($"{function}({overload[..colon]})", new AggregateOverload(result, create));
        }
    }
}
