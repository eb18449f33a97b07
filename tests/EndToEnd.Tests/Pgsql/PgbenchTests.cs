using System.Text.RegularExpressions;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Pgsql;

/// <summary>pgsql_events against PostgreSQL's log, under pgbench.</summary>
[Collection(SiloCollection.Name)]
public sealed class PgbenchTests(SiloFixture fixture, PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Clients = 2;
    private const int Transactions = 100; // per client, of seven statements

    private static readonly Regex OfTheLoad = new("^(BEGIN|END|(UPDATE|SELECT abalance|INSERT).* pgbench_.*)$");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PgsqlRows Rows => new(fixture.Silo.Client, postgres.Server);

    [Theory]
    [InlineData("simple")]
    [InlineData("extended")]
    [InlineData("prepared")]
    public async Task Rows_OfPgbench_EqualTheLog(string mode)
    {
        await InitialiseAsync();
        await RunAsync(mode, $"pgbench-{mode}");

        var rows = await Rows.WaitAndCompareAsync($"pgbench-{mode}", Cancel);

        var executing = rows.Where(row => row.Text("req_cmd") == (mode == "simple" ? "Query" : "Execute")).ToArray();
        Assert.All(executing, row => Assert.InRange(row.Number("latency"), 1, 10_000_000_000));
        Assert.Equal(Clients * Transactions, executing.Count(row => row.Text("resp") == "INSERT 0 1"));
    }

    [Fact]
    public async Task NormalisedRows_OfPgbench_EqualTheServersStatistics()
    {
        var server = postgres.Server;
        await server.PsqlAsync("reset", ["-c", "create extension if not exists pg_stat_statements"], Cancel);
        await InitialiseAsync();
        await server.PsqlAsync("reset", ["-c", "select pg_stat_statements_reset()"], Cancel);
        await RunAsync("simple", "pgbench-counted");
        await Rows.WaitAndCompareAsync("pgbench-counted", Cancel);
        string[] statistics = ["-Atc", $"select calls, query from pg_stat_statements where query ~ '{OfTheLoad}'"];

        var expected = await server.PsqlAsync("statistics", statistics, Cancel);
        var log = await server.ReadLogAsync("pgbench-counted", Cancel);
        var answer = await fixture.Silo.Client.QueryAsync(
            $"""
            import px
            df = px.DataFrame('pgsql_events', start_time='-5m')
            df = df[df.local_port == {server.Port} and df.req_cmd == 'Query']
            df.statement = px.pluck(px.normalize_pgsql(df.req, df.req_cmd), 'query')
            df = df.groupby(['statement', 'remote_port']).agg(calls=('latency', px.count))
            px.display(df)
            """,
            Cancel);

        var ports = log.Select(line => line.RemotePort).ToHashSet();
        var counts = answer.Rows.Where(row => ports.Contains(row["remote_port"].GetInt32()))
            .GroupBy(row => Statement(row["statement"].GetString()!), row => row["calls"].GetInt64())
            .Where(statement => OfTheLoad.IsMatch(statement.Key));
        Assert.Equal(
            expected.Split('\n').Order(StringComparer.Ordinal),
            counts.Select(statement => $"{statement.Sum()}|{statement.Key}").Order(StringComparer.Ordinal));
    }

    // The server takes the sign of a constant for a part of it.
    private static string Statement(string normalised) =>
        normalised.TrimEnd(';').Replace("-$", "$", StringComparison.Ordinal);

    private Task<string> InitialiseAsync() => ChildProcess.RunAsync(
        PostgresServer.RequireProgram("pgbench"),
        ["-i", "-I", "dtGp", "-q", postgres.Server.Connection("pgbench-init")],
        Cancel);

    private async Task RunAsync(string mode, string application)
    {
        var pgbench = PostgresServer.RequireProgram("pgbench");
        string[] load = ["-n", "-c", $"{Clients}", "-t", $"{Transactions}", "-M", mode];
        await ChildProcess.RunAsync(pgbench, [.. load, postgres.Server.Connection(application)], Cancel);
    }
}
