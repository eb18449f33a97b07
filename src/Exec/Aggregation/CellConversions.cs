namespace PixieOrleans.Exec.Aggregation;

/// <summary>How an aggregate sees a cell.</summary>
internal interface ICellConversion<TCell, TValue>
{
    /// <summary>One cell.</summary>
    static abstract TValue Convert(TCell cell);
}

/// <summary>As it is.</summary>
internal readonly struct Unchanged<T> : ICellConversion<T, T>
{
    /// <inheritdoc/>
    public static T Convert(T cell) => cell;
}

/// <summary>Int64 as a double.</summary>
internal readonly struct IntegerAsReal : ICellConversion<long, double>
{
    /// <inheritdoc/>
    public static double Convert(long cell) => cell;
}

/// <summary>True as 1.</summary>
internal readonly struct FlagAsInteger : ICellConversion<bool, long>
{
    /// <inheritdoc/>
    public static long Convert(bool cell) => cell ? 1 : 0;
}

/// <summary>True as 1.</summary>
internal readonly struct FlagAsReal : ICellConversion<bool, double>
{
    /// <inheritdoc/>
    public static double Convert(bool cell) => cell ? 1 : 0;
}
