namespace PixieOrleans.Cli;

/// <summary>Options that cannot be used as given; the message says which and why.</summary>
internal sealed class UsageException(string message) : Exception(message);
