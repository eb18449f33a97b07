using System.Text.RegularExpressions;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Databases;

namespace PixieOrleans.EndToEnd.Tests.Pgsql;

/// <summary>pgsql_events of what people do in psql.</summary>
[Collection(SiloCollection.Name)]
public sealed partial class PsqlTests(SiloFixture fixture, PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Script = """
        create temporary table t(a int, b text);
        insert into t values (1, 'eins'), (2, null);
        select * from t order by a;
        copy t from stdin;
        3	drei
        4	vier
        \.
        copy t to stdout;
        do $$ begin raise notice 'take care'; end $$;
        select 1/0;
        selec;
        select 1 as one\; select 'two' as two;
        update t
           set b = 'x'
         where a > 1;
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PgsqlRows Rows => new(fixture.Silo.Client, postgres.Server);

    [Fact]
    public async Task Rows_OfAScript_ShowWhatPsqlShows()
    {
        using var folder = new TempFolder();

        await postgres.Server.PsqlAsync("psql-script", ["-f", folder.Write("script.sql", Script)], Cancel);

        var rows = await Rows.WaitAndCompareAsync("psql-script", Cancel);
        Assert.Equal(
            [
                ("Startup", "AUTHENTICATION OK"),
                ("Query", "CREATE TABLE"),
                ("Query", "INSERT 0 2"),
                ("Query", "a,b\n1,eins\n2,[NULL]\nSELECT 2"),
                ("Copy Data", "COPY 2"),
                ("Query", "COPY 2"),
                ("Query", "1\teins\n2\t\\N\n3\tdrei\n4\tvier\nCOPY 4"),
                ("Query", "NOTICE RESPONSE [Severity=NOTICE Code=00000 Message=take care]\nDO"),
                ("Query", "ERROR RESPONSE [Severity=ERROR Code=22012 Message=division by zero]"),
                ("Query", "ERROR RESPONSE [Severity=ERROR Code=42601 Message=syntax error at or near \"selec\"]"),
                ("Query", "one\n1\nSELECT 1\ntwo\ntwo\nSELECT 1"),
                ("Query", "UPDATE 3"),
            ],
            rows.Select(row => (row.Text("req_cmd"), MinorFields().Replace(row.Text("resp"), ""))));
        Assert.Equal("3\tdrei\n4\tvier\n\\.\n", rows.Single(row => row.Text("req_cmd") == "Copy Data").Text("req"));
    }

    [Fact]
    public async Task Rows_AfterEncryptionWasRefused_EqualTheLog()
    {
        var psql = PostgresServer.RequireProgram("psql");
        var connection = postgres.Server.Connection("psql-refused", "sslmode=prefer gssencmode=disable");

        await ChildProcess.RunAsync(psql, ["-X", "-d", connection, "-c", "select 'plain' as text"], Cancel);

        var rows = await Rows.WaitAndCompareAsync("psql-refused", Cancel);
        Assert.Equal(["Startup", "Query"], rows.Select(row => row.Text("req_cmd")));
        Assert.Equal("text\nplain\nSELECT 1", rows[^1].Text("resp"));
    }

    [Fact]
    public async Task Rows_OfALargeResult_EqualTheLogAndGoOnAfterIt()
    {
        string[] statements =
        [
            "-c", "select i, repeat('x', 1000) from generate_series(1, 5000) i", // 5 MB in many calls
            "-c", "select repeat('y', 1000000)", // one row larger than a call's limit
            "-c", "select 'after' as after",
        ];

        await postgres.Server.PsqlAsync("psql-large", [.. statements, "-o", "/dev/null"], Cancel);

        var rows = await Rows.WaitAndCompareAsync("psql-large", Cancel);
        Assert.Equal("after\nafter\nSELECT 1", rows[^1].Text("resp"));
        Assert.Equal(3, rows.Count(row => row.Text("req_cmd") == "Query"));
    }

    // What depends on the server's version.
    [GeneratedRegex(@" InternalSeverity=\w+| (Position|Where|File)=[^\]]*")]
    private static partial Regex MinorFields();
}
