using System.Globalization;
using System.Text.RegularExpressions;

namespace PixieOrleans.Api.Profiles;

/// <summary>A border of the time that a profile is of.</summary>
/// <param name="Text">As PxL reads it: relative to now, or a time.</param>
/// <param name="Ticks">From now, or since the year 1, in units of 100 ns.</param>
/// <param name="IsRelative">From now.</param>
internal readonly partial record struct ProfileTime(string Text, long Ticks, bool IsRelative)
{
    private const int MaxYear = 2261; // nanoseconds since 1970 in 64 bits end in 2262
    private const long MaxDays = 36_500; // from now
    private static readonly DateTimeOffset Oldest = DateTimeOffset.UnixEpoch;

    /// <summary>Reads a time like -5m, or one of RFC 3339.</summary>
    /// <exception cref="FormatException">It is neither, or too far away; the message says which.</exception>
    public static ProfileTime Parse(string name, string text)
    {
        var relative = Relative().Match(text);
        if (relative.Success)
        {
            var days = decimal.Parse(relative.Groups["count"].ValueSpan, CultureInfo.InvariantCulture)
                * UnitOf(relative.Groups["unit"].Value).Ticks / TimeSpan.TicksPerDay;
            return Math.Abs(days) <= MaxDays
                ? new ProfileTime(text, (long)(days * TimeSpan.TicksPerDay), IsRelative: true)
                : throw new FormatException($"{name} '{text}' is more than {MaxDays} days away");
        }

        if (!DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            throw new FormatException($"{name} '{text}' is neither like -5m nor a time such as 2026-11-22T18:00:00Z");
        }

        var utc = time.ToUniversalTime();
        return utc >= Oldest && utc.Year <= MaxYear
            ? new ProfileTime(
                utc.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF +0000", CultureInfo.InvariantCulture),
                utc.Ticks,
                IsRelative: false)
            : throw new FormatException($"{name} '{text}' is not within the years {Oldest.Year} to {MaxYear}");
    }

    /// <summary>True when nothing can lie between a start and this end.</summary>
    public bool IsNotAfter(in ProfileTime start) => IsRelative == start.IsRelative && Ticks <= start.Ticks;

    private static TimeSpan UnitOf(string unit) => unit switch
    {
        "ms" => TimeSpan.FromMilliseconds(1),
        "s" => TimeSpan.FromSeconds(1),
        "m" => TimeSpan.FromMinutes(1),
        "h" => TimeSpan.FromHours(1),
        _ => TimeSpan.FromDays(1),
    };

    [GeneratedRegex("^(?<count>-?[0-9]{1,12})(?<unit>ms|s|m|h|d)$", RegexOptions.CultureInvariant)]
    private static partial Regex Relative();
}
