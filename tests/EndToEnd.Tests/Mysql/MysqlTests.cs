using MySqlConnector;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Mysql;

/// <summary>mysql_events against MariaDB's general log.</summary>
[Collection(SiloCollection.Name)]
public sealed class MysqlTests(SiloFixture fixture)
{
    private const int Ok = 2; // values of resp_status
    private const int Error = 3;
    private const int Ping = 14; // values of req_cmd
    private const int ResetConnection = 31;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfSysbench_EqualTheGeneralLog()
    {
        await using var server = await MariadbServer.StartAsync(Cancel);
        var sysbench = Programs.Require("sysbench", "sysbench");
        string[] load =
        [
            "oltp_read_write", "--db-driver=mysql", "--mysql-host=127.0.0.1", $"--mysql-port={server.Port}",
            "--mysql-user=root", "--mysql-db=test", "--mysql-ssl=off", "--tables=1", "--table-size=100", "--threads=2",
            "--events=50", "--time=0", "--db-ps-mode=auto",
        ];
        await ChildProcess.RunAsync(sysbench, [.. load, "prepare"], Cancel);

        await ChildProcess.RunAsync(sysbench, [.. load, "run"], Cancel);

        var rows = await new MysqlRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Equal(
            50,
            rows.Count(row => row.Text("req_body") == "query=[COMMIT] params=[]" && row.Number("resp_status") == Ok));
        Assert.All(
            rows.Where(row => row.Text("req_body").StartsWith("query=[SELECT SUM(k) ", StringComparison.Ordinal)),
            row => Assert.Equal("Resultset rows = 1", row.Text("resp_body")));
    }

    [Fact]
    public async Task Rows_OfAScript_EqualTheGeneralLog()
    {
        await using var server = await MariadbServer.StartAsync(Cancel);

        await server.ScriptAsync(
            """
            create table t (a int, b text);
            insert into t values (1, 'eins'), (2, 'zwölf'), (3, null);
            select * from t;
            select * from nothing;
            bad;
            delimiter $$
            create procedure twice() begin select 1; select a from t; end$$
            delimiter ;
            call twice();
            update t
               set b = 'x' where a > 1;
            select repeat('x', 1000) from seq_1_to_3000;
            select repeat('y', 1000000);
            select 'after';
            """,
            Cancel);

        var rows = await new MysqlRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        (string, long, string) AnswerTo(string statement) => rows.Where(row => row.Text("req_body") == statement)
            .Select(row => (statement, row.Number("resp_status"), row.Text("resp_body"))).Single();
        Assert.Equal(("select * from t", Ok, "Resultset rows = 3"), AnswerTo("select * from t"));
        Assert.Equal(
            ("select * from nothing", Error, "Table 'test.nothing' doesn't exist"), AnswerTo("select * from nothing"));
        Assert.Equal(Error, AnswerTo("bad").Item2);
        Assert.Equal(("call twice()", Ok, "Resultset rows = 1, Resultset rows = 3"), AnswerTo("call twice()"));
        Assert.Equal(
            ("select repeat('x', 1000) from seq_1_to_3000", Ok, "Resultset rows = 3000"),
            AnswerTo("select repeat('x', 1000) from seq_1_to_3000"));
        Assert.Equal(
            ("select repeat('y', 1000000)", Ok, "Resultset rows = 1"), AnswerTo("select repeat('y', 1000000)"));
        Assert.Equal(("select 'after'", Ok, "Resultset rows = 1"), AnswerTo("select 'after'"));
    }

    [Fact]
    public async Task Rows_OfMySqlConnector_EqualTheGeneralLog()
    {
        await using var server = await MariadbServer.StartAsync(Cancel);
        await using (var connection = new MySqlConnection(ConnectionString(server)))
        {
            await connection.OpenAsync(Cancel);
            await ExecuteAsync(
                connection, "create table t (i int, d datetime(6), s varchar(100), m decimal(10,2), b bigint)");
            await InsertPreparedAsync(connection);
            await ExecuteAsync(connection, "select 1 as one; select i from t; update t set i = i + 1");
            await Assert.ThrowsAsync<MySqlException>(() => ExecuteAsync(connection, "insert into nothing values (1)"));
            await connection.PingAsync(Cancel);
            await connection.ChangeDatabaseAsync("mysql", Cancel);
            await connection.ResetConnectionAsync(Cancel);
        }

        var rows = await new MysqlRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Single(rows, row => row.Text("req_body").EndsWith(
            "params=[7, 2024-02-29 13:14:15.123456, it's row 7, 7.25, -7]", StringComparison.Ordinal));
        Assert.Single(rows, row => row.Text("req_body").EndsWith(
            "params=[5, 2024-02-29 11:14:15.123456, NULL, 5.25, -5]", StringComparison.Ordinal));
        Assert.Equal(
            "Resultset rows = 1, Resultset rows = 20",
            rows.Single(row => row.Text("req_body").StartsWith("select 1 as one", StringComparison.Ordinal))
                .Text("resp_body"));
        Assert.Equal(
            [(Ping, Ok), (ResetConnection, Ok)],
            rows.Where(row => row.Number("req_cmd") is Ping or ResetConnection)
                .Select(row => ((int)row.Number("req_cmd"), (int)row.Number("resp_status"))));
    }

    [Fact]
    public async Task Rows_OfPyMySql_EqualTheGeneralLog()
    {
        await using var server = await MariadbServer.StartAsync(Cancel);
        var python = await Python.RequireAsync("pymysql", "python3-pymysql", Cancel);
        const string Script = """
            import sys, pymysql
            from pymysql.constants import CLIENT
            connection = pymysql.connect(host='127.0.0.1', port=int(sys.argv[1]), user='root', database='test',
                                         charset='utf8mb4', client_flag=CLIENT.MULTI_STATEMENTS)
            with connection.cursor() as cursor:
                cursor.execute('create table p (i int, t text)')
                cursor.executemany('insert into p values (%s, %s)', [(i, 'wert %d' % i) for i in range(50)])
                for i in range(50):
                    cursor.execute('select t from p where i = %s', (i,))
                    assert cursor.fetchone()[0] == 'wert %d' % i
                cursor.execute('select 1; select 2')
                cursor.nextset()
            connection.commit()
            connection.ping()
            connection.close()
            """;

        await ChildProcess.RunAsync(python, ["-c", Script, $"{server.Port}"], Cancel);

        var rows = await new MysqlRows(fixture.Silo.Client, server).WaitAndCompareAsync(Cancel);
        Assert.Equal(
            50,
            rows.Count(row => row.Text("req_body").StartsWith("select t from p where i = ", StringComparison.Ordinal)
                && row.Text("resp_body") == "Resultset rows = 1"));
    }

    private static string ConnectionString(MariadbServer server) =>
        $"Server=127.0.0.1;Port={server.Port};User ID=root;Database=test;SslMode=None;Pooling=false;"
        + "AllowUserVariables=true";

    private static async Task ExecuteAsync(MySqlConnection connection, string statement)
    {
        await using var command = new MySqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static async Task InsertPreparedAsync(MySqlConnection connection)
    {
        await using var insert = new MySqlCommand("insert into t values (@i, @d, @s, @m, @b)", connection);
        var day = new DateTime(2024, 2, 29, 6, 14, 15, DateTimeKind.Unspecified).AddMicroseconds(123456);
        insert.Parameters.Add("@i", MySqlDbType.Int32);
        insert.Parameters.Add("@d", MySqlDbType.DateTime);
        insert.Parameters.Add("@s", MySqlDbType.VarChar);
        insert.Parameters.Add("@m", MySqlDbType.NewDecimal);
        insert.Parameters.Add("@b", MySqlDbType.Int64);
        await insert.PrepareAsync(Cancel);
        for (var i = 0; i < 20; i++)
        {
            object?[] values = [i, day.AddHours(i), i == 5 ? null : $"it's row {i}", i + 0.25m, -(long)i];
            for (var p = 0; p < values.Length; p++)
            {
                insert.Parameters[p].Value = values[p];
            }

            await insert.ExecuteNonQueryAsync(Cancel);
        }
    }
}
