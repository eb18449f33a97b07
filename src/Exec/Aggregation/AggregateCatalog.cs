using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>All aggregates that the engine computes; each can be computed partially and merged.</summary>
internal static class AggregateCatalog
{
    /// <summary>Type of the result, or Unknown when no aggregate takes a column of this type.</summary>
    public static DataType ResultOf(string function, DataType argument) => (function, argument) switch
    {
        ("count", not DataType.Unknown) => DataType.Int64,
        ("sum", DataType.Float64) => DataType.Float64,
        ("sum", DataType.Int64 or DataType.Boolean) => DataType.Int64,
        ("mean", DataType.Float64 or DataType.Int64 or DataType.Boolean) => DataType.Float64,
        ("min" or "max", DataType.Float64 or DataType.Int64 or DataType.Time64Ns) => argument,
        ("any", not DataType.Unknown) => argument,
        ("quantiles", DataType.Int64 or DataType.Float64) => DataType.String,
        _ => DataType.Unknown,
    };

    /// <summary>The states of an aggregate.</summary>
    /// <param name="function">Name of the aggregate.</param>
    /// <param name="type">Type of its argument.</param>
    /// <param name="column">Position of its argument; unused when only states are merged.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="budget">Bound of the memory.</param>
    /// <exception cref="InvalidPlanException">There is no such aggregate.</exception>
    public static Accumulator Create(
        string function, DataType type, int column, ExecutionOptions options, MemoryBudget budget) => function switch
        {
            _ when ResultOf(function, type) == DataType.Unknown =>
                throw new InvalidPlanException($"No aggregate {function}({type})."),
            "count" => new CountAccumulator(budget),
            "sum" => Sum(type, column, budget),
            "mean" => Mean(type, column, budget),
            "min" when type == DataType.Float64 =>
                new ExtremeAccumulator<double, Smaller<double>>(column, type, budget),
            "min" => new ExtremeAccumulator<long, Smaller<long>>(column, type, budget),
            "max" when type == DataType.Float64 =>
                new ExtremeAccumulator<double, Larger<double>>(column, type, budget),
            "max" => new ExtremeAccumulator<long, Larger<long>>(column, type, budget),
            "any" => Any(type, column, options, budget),
            _ when type == DataType.Int64 =>
                new QuantilesAccumulator<long, IntegerAsReal>(column, options, budget),
            _ => new QuantilesAccumulator<double, Unchanged<double>>(column, options, budget),
        };

    private static Accumulator Sum(DataType type, int column, MemoryBudget budget) => type switch
    {
        DataType.Float64 => new SumAccumulator<double, double, Unchanged<double>>(column, type, budget),
        DataType.Int64 => new SumAccumulator<long, long, Unchanged<long>>(column, type, budget),
        _ => new SumAccumulator<bool, long, FlagAsInteger>(column, DataType.Int64, budget),
    };

    private static Accumulator Mean(DataType type, int column, MemoryBudget budget) => type switch
    {
        DataType.Float64 => new MeanAccumulator<double, Unchanged<double>>(column, budget),
        DataType.Int64 => new MeanAccumulator<long, IntegerAsReal>(column, budget),
        _ => new MeanAccumulator<bool, FlagAsReal>(column, budget),
    };

    private static Accumulator Any(DataType type, int column, ExecutionOptions options, MemoryBudget budget) =>
        type switch
        {
            DataType.Boolean => new AnyAccumulator<bool>(column, type, budget),
            DataType.Float64 => new AnyAccumulator<double>(column, type, budget),
            DataType.UInt128 => new AnyAccumulator<UInt128>(column, type, budget),
            DataType.String => new AnyStringAccumulator(column, options, budget),
            _ => new AnyAccumulator<long>(column, type, budget),
        };
}
