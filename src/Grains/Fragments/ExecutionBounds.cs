using PixieOrleans.Exec;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Bounds of the executions on this silo.</summary>
internal static class ExecutionBounds
{
    /// <summary>Options within what the request and this silo allow.</summary>
    public static ExecutionOptions Options(QueryEnvironment environment, long? requestedBytes, long maxBytes) => new()
    {
        Environment = environment,
        MaxAggregateBytes = Math.Min(requestedBytes ?? maxBytes, maxBytes),
    };

    /// <summary>What was exceeded, and which setting raises the bound.</summary>
    public static string TextOf(QueryLimitException error, string option) =>
        $"{error.Message} The silo's setting is {option}, the request's maxMemoryBytes.";
}
