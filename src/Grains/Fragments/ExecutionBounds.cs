using PixieOrleans.Exec;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Bounds of the executions on this silo.</summary>
internal static class ExecutionBounds
{
    private const double NsPerSecond = 1e9;

    /// <summary>Options within what the request and this silo allow.</summary>
    /// <param name="environment">What functions may ask.</param>
    /// <param name="requestedBytes">Bytes that the request allows; null for the silo's.</param>
    /// <param name="maxBytes">Bytes that the silo allows.</param>
    /// <param name="clock">Clock for the time of operators; null: not measured.</param>
    public static ExecutionOptions Options(
        QueryEnvironment environment, long? requestedBytes, long maxBytes, TimeProvider? clock)
    {
        var bytes = Math.Min(requestedBytes ?? maxBytes, maxBytes);
        var options = new ExecutionOptions { Environment = environment };
        options.MaxExecutionBytes = bytes;
        options.MaxAggregateBytes = bytes;
        options.MaxJoinBytes = bytes;
        options.MaxUnionBytes = Math.Min(options.MaxUnionBytes, bytes);
        options.ClockNs = clock is null
            ? null
            : () => (long)(clock.GetTimestamp() * (NsPerSecond / clock.TimestampFrequency));
        return options;
    }

    /// <summary>What was exceeded, and which setting raises the bound.</summary>
    public static string TextOf(QueryLimitException error, string option) =>
        $"{error.Message} The silo's setting is {option}, the request's maxMemoryBytes.";
}
