using System.Globalization;
using System.Text.RegularExpressions;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>Names of several versions of a library in one: "Go 1.15, 1.19, 1.21 to 1.27".</summary>
internal static partial class LibraryNames
{
    private const int MinRun = 3; // versions that follow each other before "to" stands for those between

    /// <summary>The name without its version, to tell libraries apart.</summary>
    public static string FamilyOf(string library) => Parse(library) is { Success: true } parts
        ? parts.Groups["name"].Value + parts.Groups["rest"].Value
        : library;

    /// <summary>
    /// Joins names of one family. Several versions are told in their first two numbers, when those differ; one of which
    /// no more is known gives way to any of its series.
    /// </summary>
    public static string Join(IEnumerable<string> libraries)
    {
        var parts = libraries.Distinct().Select(Parse).ToList();
        if (parts.Count == 1 || parts.Exists(p => !p.Success))
        {
            return string.Join(", ", libraries.Distinct());
        }

        var all = parts.ConvertAll(p => p.Groups["version"].Value);
        var versions = all.Where(v => !all.Exists(other => other.StartsWith($"{v}.", StringComparison.Ordinal)))
            .OrderBy(SortKey, StringComparer.Ordinal)
            .ToList();
        var series = versions.Select(SeriesOf).ToList();
        var isShort = series.Distinct().Count() == series.Count;
        return parts[0].Groups["name"].Value
            + string.Join(", ", isShort ? WithRuns([.. series]) : versions)
            + parts[0].Groups["rest"].Value;
    }

    /// <summary>Sorts names with their versions as numbers.</summary>
    public static string SortKey(string text) =>
        Number().Replace(text, number => number.Value.PadLeft(6, '0'));

    private static IEnumerable<string> WithRuns(List<(int Major, int Minor)> series)
    {
        for (var at = 0; at < series.Count;)
        {
            var end = at + 1;
            while (end < series.Count && series[end] == (series[at].Major, series[at].Minor + end - at))
            {
                end++;
            }

            var run = series[at..end].ConvertAll(
                s => string.Create(CultureInfo.InvariantCulture, $"{s.Major}.{s.Minor}"));
            foreach (var text in run.Count < MinRun ? run : [$"{run[0]} to {run[^1]}"])
            {
                yield return text;
            }

            at = end;
        }
    }

    private static (int Major, int Minor) SeriesOf(string version)
    {
        var numbers = version.Split('.', 3);
        return (ToNumber(numbers[0]), ToNumber(numbers[1]));
    }

    private static int ToNumber(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static Match Parse(string library) => Version().Match(library);

    // "OpenSSL 1.1.1w", "Go 1.24.4 (boringcrypto)".
    [GeneratedRegex(@"^(?<name>\D*)(?<version>\d+\.\d+(\.\w+)*)(?<rest>\D*)$")]
    private static partial Regex Version();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
