namespace PixieOrleans.Exec;

/// <summary>A partial aggregate from another node cannot be read.</summary>
public sealed class InvalidStateException(string message) : Exception(message);
