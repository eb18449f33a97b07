using System.Text.Json;

namespace PixieOrleans.TestKit.Servers;

/// <summary>One row of a table of events.</summary>
public sealed class EventRow(IReadOnlyDictionary<string, JsonElement> cells)
{
    /// <summary>Time of the row, as text that sorts by time.</summary>
    public string Time => Text("time_");

    /// <summary>Port of the peer: it tells connections of a server apart.</summary>
    public int RemotePort => (int)Number("remote_port");

    /// <summary>Cell of type STRING.</summary>
    public string Text(string column) => cells[column].GetString()!;

    /// <summary>Cell whose text is JSON; it must be there as a whole.</summary>
    public JsonElement Json(string column)
    {
        using var document = JsonDocument.Parse(Text(column));
        return document.RootElement.Clone();
    }

    /// <summary>Cell of type INT64.</summary>
    public long Number(string column) => cells[column].GetInt64();

    /// <inheritdoc/>
    public override string ToString() => string.Join(" | ", cells.Select(cell => $"{cell.Key}={cell.Value}"));
}

/// <summary>
/// Reads the rows that a silo made of the traffic of one server, told by its port, on the server's side.
/// </summary>
public sealed class TableReader(PxoClient client, string table)
{
    private const int ServerRole = 2; // values of trace_role: 1 client, 2 server
    private static readonly TimeSpan RowDeadline = TimeSpan.FromSeconds(10);

    /// <summary>The answer that the last rows came from.</summary>
    public Answer? LastAnswer { get; private set; }

    /// <summary>All rows of a port in order of time, of one connection also in order of arrival.</summary>
    public async Task<IReadOnlyList<EventRow>> ReadAsync(int port, CancellationToken cancellationToken)
    {
        LastAnswer = await client.QueryAsync(
            $"""
            #px:set max_output_rows_per_table=1000000
            import px
            df = px.DataFrame('{table}', start_time='-30m')
            df = df[df.local_port == {port}]
            df = df[df.trace_role == {ServerRole}]
            px.display(df, 'rows')
            """,
            cancellationToken);
        return [.. LastAnswer.Rows.Select(row => new EventRow(row)).OrderBy(row => row.Time, StringComparer.Ordinal)];
    }

    /// <summary>Waits until the rows that a test looks for are there, and returns them.</summary>
    /// <param name="port">Port of the server.</param>
    /// <param name="count">Number of rows to wait for.</param>
    /// <param name="wanted">Which rows count; null for all.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public async Task<IReadOnlyList<EventRow>> WaitAsync(
        int port, int count, Func<EventRow, bool>? wanted, CancellationToken cancellationToken)
    {
        IReadOnlyList<EventRow> rows = [];
        await Poll.UntilAsync(
            async () =>
            {
                var all = await ReadAsync(port, cancellationToken);
                rows = wanted is null ? all : [.. all.Where(wanted)];
                return rows.Count >= count;
            },
            RowDeadline,
            () => $"{count} rows of port {port} in {table}, which has {rows.Count}; {LastAnswer?.Completeness}; "
                + $"the last: {(rows.Count > 0 ? rows[^1] : null)}",
            cancellationToken);
        return rows;
    }
}
