using PixieOrleans.Model;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>count, sum, mean, min, max, any, quantiles.</summary>
internal static class BasicAggregates
{
    /// <summary>Adds them to the table.</summary>
    public static void Register(AggregateTable table)
    {
        table.Add("count", "B:I I:I F:I S:I T:I U:I", call => new CountAccumulator(call.Budget));
        table.Add("any", "B:B I:I F:F S:S T:T U:U", Any);
        RegisterTotals(table);
        RegisterExtremes(table);
        table.Add("quantiles", "I:S", call =>
            new QuantilesAccumulator<long, IntegerAsReal>(call.Columns[0], call.Options, call.Budget));
        table.Add("quantiles", "F:S", call =>
            new QuantilesAccumulator<double, Unchanged<double>>(call.Columns[0], call.Options, call.Budget));
    }

    private static void RegisterTotals(AggregateTable table)
    {
        table.Add("sum", "F:F", call =>
            new SumAccumulator<double, double, Unchanged<double>>(call.Columns[0], call.Result, call.Budget));
        table.Add("sum", "I:I", call =>
            new SumAccumulator<long, long, Unchanged<long>>(call.Columns[0], call.Result, call.Budget));
        table.Add("sum", "B:I", call =>
            new SumAccumulator<bool, long, FlagAsInteger>(call.Columns[0], call.Result, call.Budget));
        table.Add("mean", "F:F", call =>
            new MeanAccumulator<double, Unchanged<double>>(call.Columns[0], call.Budget));
        table.Add("mean", "I:F", call => new MeanAccumulator<long, IntegerAsReal>(call.Columns[0], call.Budget));
        table.Add("mean", "B:F", call => new MeanAccumulator<bool, FlagAsReal>(call.Columns[0], call.Budget));
    }

    private static void RegisterExtremes(AggregateTable table)
    {
        table.Add("min", "F:F", call =>
            new ExtremeAccumulator<double, Smaller<double>>(call.Columns[0], call.Result, call.Budget));
        table.Add("min", "I:I T:T", call =>
            new ExtremeAccumulator<long, Smaller<long>>(call.Columns[0], call.Result, call.Budget));
        table.Add("max", "F:F", call =>
            new ExtremeAccumulator<double, Larger<double>>(call.Columns[0], call.Result, call.Budget));
        table.Add("max", "I:I T:T", call =>
            new ExtremeAccumulator<long, Larger<long>>(call.Columns[0], call.Result, call.Budget));
    }

    private static Accumulator Any(AggregateContext call) => call.Result switch
    {
        DataType.Boolean => new AnyAccumulator<bool>(call.Columns[0], call.Result, call.Budget),
        DataType.Float64 => new AnyAccumulator<double>(call.Columns[0], call.Result, call.Budget),
        DataType.UInt128 => new AnyAccumulator<UInt128>(call.Columns[0], call.Result, call.Budget),
        DataType.String => new AnyStringAccumulator(call.Columns[0], call.Options, call.Budget),
        _ => new AnyAccumulator<long>(call.Columns[0], call.Result, call.Budget),
    };
}
