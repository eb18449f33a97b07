using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Pgsql;

/// <summary>Rows of pgsql_events beside the log of the server.</summary>
internal sealed class PgsqlRows(PxoClient client, PostgresServer server)
{
    private static readonly string[] LoggedKinds = ["statement", "parse", "bind", "execute"];

    private readonly TableReader _table = new(client, "pgsql_events");

    /// <summary>The answer that the last rows came from.</summary>
    public Answer LastAnswer => _table.LastAnswer!;

    /// <summary>
    /// Reads what the log says of an application and the rows of its connections, and compares: each connection has the
    /// same messages in the same order, with the same texts and parameters.
    /// </summary>
    public async Task<IReadOnlyList<EventRow>> WaitAndCompareAsync(
        string application, CancellationToken cancellationToken)
    {
        var log = await server.ReadLogAsync(application, cancellationToken);
        var ports = log.Select(line => line.RemotePort).ToHashSet();
        var expected = log.Where(IsMessage).ToArray();
        Assert.NotEmpty(expected);
        IReadOnlyList<EventRow> rows = [];
        await Poll.UntilAsync(
            async () =>
            {
                rows = await _table.WaitAsync(server.Port, 1, row => ports.Contains(row.RemotePort), cancellationToken);
                return rows.Count(IsLogged) >= expected.Length;
            },
            TimeSpan.FromSeconds(10),
            () => $"rows of {expected.Length} messages; {rows.Count(IsLogged)} are there; {LastAnswer.Completeness}",
            cancellationToken);
        foreach (var port in ports)
        {
            AssertCells.Equal(
                [.. expected.Where(line => line.RemotePort == port).Select(Expected)],
                [.. rows.Where(row => row.RemotePort == port && IsLogged(row)).Select(Actual)],
                $"{application}, port {port}");
        }

        return rows;
    }

    // Of a statement that fails there is its error only; a client of the extended protocol tells which message failed.
    private static bool IsMessage(PostgresLogRow line) =>
        LoggedKinds.Contains(line.Kind) || (line.Kind == "ERROR" && line.Text.Length > 0);

    private static bool IsLogged(EventRow row) => row.Text("req_cmd") is "Query" or "Parse" or "Bind" or "Execute";

    private static string Expected(PostgresLogRow line) => line.Kind switch
    {
        "statement" or "ERROR" => $"Query {line.Text}",
        "parse" => $"Parse {line.Text}",
        "bind" => "Bind",
        _ => $"Execute query=[{line.Text}] params=[{string.Join(", ", line.Parameters.Select(p => p ?? "[NULL]"))}]",
    };

    private static string Actual(EventRow row) => row.Text("req_cmd") switch
    {
        "Bind" => "Bind",
        var command => $"{command} {row.Text("req")}",
    };
}
