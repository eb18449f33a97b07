using System.Globalization;
using System.Text.RegularExpressions;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>Texts of durations and of points in time.</summary>
internal static partial class TimeText
{
    private static readonly (string Unit, long Ns)[] Units =
    [
        ("d", 86_400_000_000_000),
        ("h", 3_600_000_000_000),
        ("m", 60_000_000_000),
        ("s", 1_000_000_000),
        ("ms", 1_000_000),
    ];

    private static readonly string[] PointFormats =
        ["yyyy-MM-dd HH:mm:ss zzz", "yyyy-MM-dd HH:mm:ss.FFFFFFF zzz"];

    /// <summary>
    /// Nanoseconds of the first "-5m"-like piece anywhere in the text; null when there is none or it is too long.
    /// </summary>
    public static long? ParseDuration(string text)
    {
        var match = DurationPattern().Match(text);
        if (!match.Success
            || !long.TryParse(
                match.Groups[1].ValueSpan,
                NumberStyles.AllowLeadingSign,
                CultureInfo.InvariantCulture,
                out var count))
        {
            return null;
        }

        var unit = Array.Find(
            Units, candidate => match.Groups[2].ValueSpan.SequenceEqual(candidate.Unit)).Ns;
        var ns = (Int128)count * unit;
        return ns >= long.MinValue && ns <= long.MaxValue ? (long)ns : null;
    }

    /// <summary>A duration relative to now, or "yyyy-mm-dd hh:mm:ss[.fraction] +hhmm"; else null.</summary>
    public static long? ParsePoint(string text, long nowNs)
    {
        if (ParseDuration(text) is { } duration)
        {
            return unchecked(nowNs + duration);
        }

        var trimmed = text.Trim();
        var zone = trimmed.LastIndexOf(' ');
        if (zone > 0 && trimmed[(zone + 1)..] is ['+' or '-', _, _, _, _] offset)
        {
            trimmed = $"{trimmed[..zone]} {offset[..3]}:{offset[3..]}"; // .NET wants the colon
        }

        return DateTimeOffset.TryParseExact(
            trimmed, PointFormats, CultureInfo.InvariantCulture, DateTimeStyles.None, out var point)
            ? (point.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) * 100
            : null;
    }

    /// <summary>Whole days, hours, minutes, seconds or milliseconds, whichever is the largest that fits.</summary>
    public static string FormatDuration(long ns)
    {
        foreach (var (unit, size) in Units)
        {
            if (ns / size != 0 || unit == "ms")
            {
                return (ns / size).ToString(CultureInfo.InvariantCulture) + unit;
            }
        }

        return "0ms";
    }

    [GeneratedRegex("(-?[0-9]+)(ms|m|s|h|d)", RegexOptions.CultureInvariant)]
    private static partial Regex DurationPattern();
}
