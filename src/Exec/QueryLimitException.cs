namespace PixieOrleans.Exec;

/// <summary>A query needs more than a bound allows; the message names the bound.</summary>
public sealed class QueryLimitException(string message) : Exception(message);
