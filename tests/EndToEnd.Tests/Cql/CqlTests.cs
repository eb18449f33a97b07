using System.Text.Json;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Cql;

/// <summary>cql_events of the DataStax drivers against what the server logged.</summary>
[Collection(SiloCollection.Name)]
public sealed class CqlTests(SiloFixture fixture)
{
    private const int Query = 7; // opcodes
    private const int Execute = 10;

    // The same in both languages, so that both make the same rows.
    private const string PythonScript = """
        import sys
        from cassandra.cluster import Cluster
        from cassandra.protocol import SyntaxException
        cluster = Cluster(['127.0.0.1'], port=int(sys.argv[1]), protocol_version=4, schema_metadata_enabled=False,
                          token_metadata_enabled=False)
        session = cluster.connect()
        assert [tuple(row) for row in session.execute('select * from t')] == [(1, 'one'), (2, 'two')]
        insert = session.prepare('insert into t (id, age) values (?, ?)')
        for future in [session.execute_async(insert, (i, i * 1000)) for i in range(200)]:
            future.result()
        for i in range(3):
            assert len(list(session.execute('select b from large'))) == 300
            session.execute("update t set name = 'x%d' where id = 1" % i)
        try:
            session.execute('bad statement')
        except SyntaxException:
            cluster.shutdown()
        """;

    private const string NodeScript = """
        const cassandra = require('cassandra-driver');
        const client = new cassandra.Client({ contactPoints: ['127.0.0.1:' + process.argv[1]], localDataCenter: 'dc1',
          protocolOptions: { maxVersion: 4 }, isMetadataSyncEnabled: false });
        const check = (condition, what) => { if (!condition) throw new Error(what); };
        (async () => {
          const people = await client.execute('select * from t');
          check(people.rows.map(row => row.id + row.name).join() === '1one,2two', 'people');
          const insert = 'insert into t (id, age) values (?, ?)';
          await Promise.all([...Array(200).keys()].map(i => client.execute(insert, [i, i * 1000], { prepare: true })));
          for (let i = 0; i < 3; i++) {
            check((await client.execute('select b from large')).rowLength === 300, 'large');
            await client.execute("update t set name = 'x" + i + "' where id = 1");
          }
          const code = await client.execute('bad statement').then(() => 0, error => error.code);
          check(code === 8192, 'code ' + code);
          await client.shutdown();
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfThePythonDriver_EqualTheServersLog() => await CompareAsync(
        await Python.RequireAsync("cassandra", "python3-cassandra", Cancel), "-c", PythonScript);

    [Fact]
    public async Task Rows_OfTheNodeDriver_EqualTheServersLog() => await CompareAsync(
        await NodeModules.RequireAsync("cassandra-driver", Cancel), "-e", NodeScript);

    private async Task CompareAsync(string program, string option, string script)
    {
        await using var server = await FakeServer.CqlAsync(Cancel);

        await ChildProcess.RunAsync(program, [option, script, $"{server.Port}"], Cancel);

        var log = server.ReadLog();
        var table = new TableReader(fixture.Silo.Client, "cql_events");
        var rows = await table.WaitAsync(server.Port, log.Count, null, Cancel);
        AssertCells.Equal(
            [.. log.Select(Expected).Order(StringComparer.Ordinal)],
            [.. rows.Select(Actual).Order(StringComparer.Ordinal)],
            "requests");
        Assert.Single(rows, row => row.Text("req_body") == "bad statement"
            && row.Text("resp_body") == "[8192] line 1:0 no viable alternative");
        Assert.Equal(
            Enumerable.Range(0, 200).Select(i => $"insert into t (id, age) values (?, ?)\n[{i},{i * 1000}]").Order(),
            rows.Where(row => row.Number("req_op") == Execute).Select(row => row.Text("req_body")).Order());
        Assert.All(
            rows.Where(row => row.Text("req_body").StartsWith("select b from large", StringComparison.Ordinal)),
            row => Assert.EndsWith("300", row.Text("resp_body"), StringComparison.Ordinal));
    }

    private static string Expected(JsonElement line) => $"{line[0]} {line[1]} {line[2]} -> {line[3]}";

    // Values and options follow the text; texts that are cut do not occur.
    private static string Actual(EventRow row)
    {
        var operation = row.Number("req_op");
        var text = operation is Query or Execute or 9 ? row.Text("req_body").Split('\n')[0] : "";
        return $"{row.RemotePort} {operation} {text} -> {row.Number("resp_op")}";
    }
}
