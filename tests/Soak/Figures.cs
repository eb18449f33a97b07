using System.Globalization;

namespace PixieOrleans.Soak;

/// <summary>Prints what was measured and counts broken bounds.</summary>
internal sealed class Figures(TextWriter output)
{
    /// <summary>Number of figures outside their bounds.</summary>
    public int Broken { get; private set; }

    /// <summary>A figure to look at.</summary>
    public void Print(string name, double value, string unit) => Write(name, value, unit, "");

    /// <summary>A figure that must not be above a bound.</summary>
    public void AtMost(string name, double value, double bound, string unit) =>
        Check(name, value, unit, value <= bound, $"at most {Text(bound)}");

    /// <summary>A figure that has one right value.</summary>
    public void Exactly(string name, double value, double expected, string unit) =>
        Check(name, value, unit, value == expected, $"exactly {Text(expected)}");

    private void Check(string name, double value, string unit, bool holds, string bound)
    {
        Broken += holds ? 0 : 1;
        Write(name, value, unit, holds ? $"  ok, {bound}" : $"  BROKEN, {bound}");
    }

    private void Write(string name, double value, string unit, string verdict) =>
        output.WriteLine($"{name,-58}{Text(value),14} {unit}{verdict}");

    private static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
