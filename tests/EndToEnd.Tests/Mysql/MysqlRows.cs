using System.Text.RegularExpressions;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Mysql;

/// <summary>Rows of mysql_events beside the general log of the server.</summary>
internal sealed partial class MysqlRows(PxoClient client, MariadbServer server)
{
    // Names in the log of command bytes; others (Quit, Ping, Reset Connection) are not logged, or not by that name.
    private static readonly Dictionary<long, string> Names = new()
    {
        [2] = "Init DB",
        [3] = "Query",
        [4] = "Field List",
        [9] = "Statistics",
        [17] = "Change user",
        [22] = "Prepare",
        [23] = "Execute",
        [24] = "Long Data",
        [25] = "Close stmt",
        [26] = "Reset stmt",
        [27] = "Set option",
        [28] = "Fetch",
    };

    private readonly TableReader _table = new(client, "mysql_events");

    /// <summary>
    /// Compares all that the server logged with all rows of its port: as many connections, each with the same commands,
    /// texts and values in the same order. Connections have no common name, their sequences of commands are compared.
    /// </summary>
    public async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(CancellationToken cancellationToken)
    {
        var log = (await server.ReadLogAsync(cancellationToken))
            .Where(line => Names.ContainsValue(line.Command)).ToArray();
        try
        {
            await _table.WaitAsync(server.Port, log.Length, IsLogged, cancellationToken);
        }
        catch (TimeoutException)
        {
            // the comparison tells what is missing
        }

        var rows = await _table.ReadAsync(server.Port, cancellationToken);
        var expected = log.GroupBy(line => line.Thread, Expected);
        var actual = rows.Where(IsLogged).GroupBy(row => row.RemotePort, Actual);
        Compare([.. expected.Select(lines => lines.ToArray())], [.. actual.Select(lines => lines.ToArray())]);
        return rows;
    }

    private static bool IsLogged(EventRow row) => Names.ContainsKey(row.Number("req_cmd"));

    // Each connection of the log with the one of the rows that is equal to it furthest.
    private static void Compare(List<string[]> expected, List<string[]> actual)
    {
        foreach (var lines in expected)
        {
            Assert.NotEmpty(actual);
            var best = actual.MaxBy(rows =>
                lines.Zip(rows).TakeWhile(Same).Count() + (rows.Length == lines.Length ? 1 : 0))!;
            AssertCells.Equal(lines, best, "a connection");
            actual.Remove(best);
        }

        Assert.Empty(actual);
    }

    private static bool Same((string Expected, string Actual) pair) => AssertCells.IsSame(pair.Expected, pair.Actual);

    private static string Expected(MariadbLogRow line) => line.Command == "Execute"
        ? $"Execute {Plain(line.Text)}"
        : Statement(line.Command, line.Text);

    private static string Actual(EventRow row)
    {
        var (name, text) = (Names[row.Number("req_cmd")], row.Text("req_body"));
        if (name != "Execute" || Execute().Match(text) is not { Success: true } match)
        {
            return Statement(name, text);
        }

        var values = new Queue<string>(match.Groups["params"].Value.Split(", "));
        return $"Execute {Plain(Regex.Replace(match.Groups["query"].Value, @"\?", _ => values.Dequeue()))}";
    }

    // The server takes the end of a statement off.
    private static string Statement(string command, string text) => $"{command} {text}".TrimEnd(' ', ';');

    // The log has quotes around texts, escapes in them and types before times; the rows have none.
    private static string Plain(string text) => text
        .Replace("TIMESTAMP'", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal)
        .Replace("\\", "", StringComparison.Ordinal);

    [GeneratedRegex(@"^query=\[(?<query>.*)\] params=\[(?<params>.*)\]$", RegexOptions.Singleline)]
    private static partial Regex Execute();
}
