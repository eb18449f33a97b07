namespace PixieOrleans.Bench;

/// <summary>One measured figure.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Value">The value.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Goal">What is to be reached, as text; empty when there is no goal.</param>
public sealed record Figure(string Name, double Value, string Unit, string Goal = "");
