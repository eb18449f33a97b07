using System.Globalization;

namespace PixieOrleans.Cli.Query;

/// <summary>Deadlines as people type them.</summary>
internal static class TimeoutText
{
    private static readonly (string Suffix, double Ms)[] Units = [("ms", 1), ("s", 1000), ("m", 60_000), ("", 1000)];

    /// <summary>"500ms", "30s", "2m" or seconds without a unit, in milliseconds.</summary>
    public static long ParseMs(string text)
    {
        var (suffix, unit) = Units.First(candidate => text.EndsWith(candidate.Suffix, StringComparison.Ordinal));
        var digits = text[..^suffix.Length];
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            && value * unit is >= 1 and <= int.MaxValue
            ? (long)(value * unit)
            : throw new UsageException($"--timeout: '{text}' is not a time such as 500ms, 30s or 2m");
    }
}
