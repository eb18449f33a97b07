using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests;

/// <summary>Compares rows with the access log of the server that they came from.</summary>
internal static class AssertRows
{
    private const int ShownDifferences = 10;

    /// <summary>Every logged request is one row and every row one logged request, whatever their order.</summary>
    public static void EqualLog(IReadOnlyList<AccessLogRow> log, IReadOnlyList<HttpRow> rows)
    {
        var expected = log.Select(line =>
            (line.Method, line.Path, line.Status, line.BodyBytes, line.RequestBodyBytes, line.RemotePort));
        var actual = rows.Select(row =>
            (row.Method, row.Path, row.Status, row.BodyBytes, row.RequestBodyBytes, row.RemotePort));
        var difference = Difference(expected, actual);
        Assert.True(
            difference.Length == 0,
            $"{log.Count} requests in the log, {rows.Count} rows; first differences (log minus rows):\n"
            + string.Join('\n', difference.Take(ShownDifferences)));
    }

    /// <summary>Items that one side has more often, with how much more.</summary>
    private static string[] Difference<T>(IEnumerable<T> expected, IEnumerable<T> actual)
        where T : notnull
    {
        var counts = expected.CountBy(item => item).ToDictionary();
        foreach (var item in actual)
        {
            counts[item] = counts.GetValueOrDefault(item) - 1;
        }

        return [.. counts.Where(count => count.Value != 0).Select(count => $"{count.Value:+0;-0} {count.Key}")];
    }
}
