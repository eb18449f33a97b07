using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Redis;

/// <summary>Rows of redis_events beside what MONITOR showed.</summary>
internal sealed class RedisRows(PxoClient client, RedisServer server)
{
    private readonly TableReader _table = new(client, "redis_events");

    /// <summary>
    /// Compares the rows of all connections since the last call with MONITOR: the same commands with the same
    /// arguments, in the same order per connection, each with a reply.
    /// </summary>
    public async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(CancellationToken cancellationToken)
    {
        var monitored = await server.ReadMonitorAsync(cancellationToken);
        Assert.NotEmpty(monitored);
        var ports = monitored.Select(line => line.RemotePort).ToHashSet();
        try
        {
            await _table.WaitAsync(
                server.Port,
                monitored.Count,
                row => ports.Contains(row.RemotePort) && IsMonitored(row),
                cancellationToken);
        }
        catch (TimeoutException)
        {
            // the comparison tells which row is missing
        }

        var rows = (await _table.ReadAsync(server.Port, cancellationToken))
            .Where(row => ports.Contains(row.RemotePort)).ToArray();
        foreach (var port in ports)
        {
            AssertCells.Equal(
                [.. monitored.Where(line => line.RemotePort == port).Select(line => Joined(line.Words))],
                [.. rows.Where(row => row.RemotePort == port && IsMonitored(row)).Select(row => Joined(WordsOf(row)))],
                $"port {port}");
        }

        return rows;
    }

    // What MONITOR leaves out: commands of administration, those it does not execute; and what is no command.
    private static bool IsMonitored(EventRow row) =>
        row.Text("req_cmd").Split(' ')[0] is not ("CONFIG" or "PUSH" or "MONITOR")
        && !row.Text("resp").StartsWith("-ERR unknown ", StringComparison.Ordinal)
        && !row.Text("resp").StartsWith("-ERR wrong number of arguments", StringComparison.Ordinal);

    private static string Joined(IEnumerable<string> words) => string.Join(" | ", words.Take(1).Select(Upper)
        .Concat(words.Skip(1)));

    private static string Upper(string word) => word.ToUpperInvariant();

    private static IEnumerable<string> WordsOf(EventRow row)
    {
        using var arguments = JsonDocument.Parse(row.Text("req_args"));
        return [.. row.Text("req_cmd").Split(' '), .. Values(arguments.RootElement)];
    }

    // The strings of an object or array, however deep, in order.
    private static IEnumerable<string> Values(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Values(member.Value)).ToArray(),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Values).ToArray(),
        _ => [element.GetString()!],
    };
}
