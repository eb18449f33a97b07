using Npgsql;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Pgsql;

/// <summary>pgsql_events of clients other than libpq's own.</summary>
[Collection(SiloCollection.Name)]
public sealed class PgsqlClientTests(SiloFixture fixture, PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string PythonScript = """
        import datetime, io, sys
        import psycopg2
        connection = psycopg2.connect(sys.argv[1])
        cursor = connection.cursor()
        cursor.execute('create temporary table p(i int, t text, d date)')
        cursor.executemany('insert into p values (%s, %s, %s)',
                           [(i, "it's %d" % i, datetime.date(2024, 2, 29)) for i in range(20)])
        cursor.execute('select * from p where i < %s order by i', (2,))
        cursor.fetchall()
        named = connection.cursor('by_name')
        named.itersize = 7
        named.execute('select i from p')
        list(named)
        named.close()
        cursor.copy_expert('copy p to stdout', io.StringIO())
        cursor.copy_expert('copy p from stdin', io.StringIO('99\tcopied\t2024-01-01\n'))
        connection.commit()
        try:
            cursor.execute('select nothing from p')
        except psycopg2.Error:
            connection.rollback()
        connection.close()
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PgsqlRows Rows => new(fixture.Silo.Client, postgres.Server);

    [Fact]
    public async Task Rows_OfPsycopg_EqualTheLog()
    {
        var python = await Python.RequireAsync("psycopg2", "python3-psycopg2", Cancel);

        await ChildProcess.RunAsync(python, ["-c", PythonScript, postgres.Server.Connection("psycopg")], Cancel);

        var rows = await Rows.WaitAndCompareAsync("psycopg", Cancel);
        Assert.Single(rows, row => row.Text("resp") == "i,t,d\n0,it's 0,2024-02-29\n1,it's 1,2024-02-29\nSELECT 2");
        Assert.Single(rows, row => row.Text("resp").Contains(
            " Code=42703 Message=column \"nothing\" does not exist ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_OfNpgsql_EqualTheLogAndWhatTheClientRead()
    {
        await using var source = Source("npgsql");
        await using var connection = await source.OpenConnectionAsync(Cancel);
        await using var insert = new NpgsqlCommand("insert into n values ($1, $2, $3, $4)", connection)
        {
            Parameters = { new() { Value = 1 }, new() { Value = "" }, new() { Value = 0L }, new() { Value = true } },
        };
        await using var create = new NpgsqlCommand(
            "create temporary table n(i int, t text, b bigint, o boolean)", connection);
        await create.ExecuteNonQueryAsync(Cancel);
        await insert.PrepareAsync(Cancel);
        for (var i = 0; i < 50; i++)
        {
            (insert.Parameters[0].Value, insert.Parameters[1].Value) = (i, i % 5 == 0 ? DBNull.Value : $"row {i}");
            (insert.Parameters[2].Value, insert.Parameters[3].Value) = ((long)i << 40, i % 2 == 0);
            await insert.ExecuteNonQueryAsync(Cancel);
        }

        var read = await ReadAsync(connection, "select * from n where i < 12 order by i");
        await SendBatchAsync(connection);

        var rows = await Rows.WaitAndCompareAsync("npgsql", Cancel);
        Assert.Single(rows, row => row.Text("req_cmd") == "Execute" && row.Text("resp") == read);
        Assert.Equal(50, rows.Count(row => row.Text("resp") == "INSERT 0 1"));
        Assert.Single(rows, row => row.Text("resp") == "second\n2\nSELECT 1");
    }

    [Fact]
    public async Task Rows_OfACancelledQuery_ShowTheCancelRequestAndTheError()
    {
        await using var source = Source("npgsql-cancel");
        await using var connection = await source.OpenConnectionAsync(Cancel);
        await using var watcher = await Source("npgsql-watcher").OpenConnectionAsync(Cancel);
        await using var sleep = new NpgsqlCommand("select pg_sleep(30)", connection);
        await using var active = new NpgsqlCommand(
            "select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep%'", watcher);

        var sleeping = sleep.ExecuteNonQueryAsync(Cancel);
        await Poll.UntilAsync(
            async () => await active.ExecuteScalarAsync(Cancel) is 1L,
            TimeSpan.FromSeconds(10),
            () => "the statement runs",
            Cancel);
        sleep.Cancel();
        var error = await Assert.ThrowsAsync<OperationCanceledException>(() => sleeping);

        Assert.Equal("57014", Assert.IsType<PostgresException>(error.InnerException).SqlState);
        var table = new TableReader(fixture.Silo.Client, "pgsql_events");
        var rows = await table.WaitAsync(
            postgres.Server.Port, 2, row => row.Text("resp").Contains("Code=57014 ", StringComparison.Ordinal)
                || row.Text("req_cmd") == "Cancel Request", Cancel);
        var cancel = rows.Single(row => row.Text("req_cmd") == "Cancel Request");
        Assert.Equal($"pid={connection.ProcessID}", cancel.Text("req"));
        Assert.Equal(
            "query=[select pg_sleep(30)] params=[]", rows.Single(row => row.Text("req_cmd") == "Execute").Text("req"));
    }

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var lines = new List<string> { string.Join(',', reader.GetColumnSchema().Select(column => column.ColumnName)) };
        while (await reader.ReadAsync(Cancel))
        {
            lines.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => reader.GetValue(i) switch
            {
                DBNull => "[NULL]",
                bool value => value ? "t" : "f",
                var value => $"{value}",
            })));
        }

        return string.Join('\n', [.. lines, $"SELECT {lines.Count - 1}"]);
    }

    private static async Task SendBatchAsync(NpgsqlConnection connection)
    {
        await using var transaction = await connection.BeginTransactionAsync(Cancel);
        await using var batch = new NpgsqlBatch(connection, transaction)
        {
            BatchCommands =
            {
                new("select 1 as first"),
                new("select $1 as second") { Parameters = { new() { Value = 2 } } },
                new("update n set t = 'x' where i = $1") { Parameters = { new() { Value = 3 } } },
            },
        };
        await batch.ExecuteNonQueryAsync(Cancel);
        await transaction.CommitAsync(Cancel);
    }

    private NpgsqlDataSource Source(string application) => NpgsqlDataSource.Create(
        $"Host=127.0.0.1;Port={postgres.Server.Port};Username=postgres;Database=postgres;SSL Mode=Disable;"
        + $"Application Name={application};Pooling=false");
}
