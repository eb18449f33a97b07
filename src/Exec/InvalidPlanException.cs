namespace PixieOrleans.Exec;

/// <summary>A plan names something that does not exist, or its parts do not fit each other.</summary>
public sealed class InvalidPlanException(string message) : Exception(message);
