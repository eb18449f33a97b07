using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

public sealed class NormalizeSqlTests
{
    private const long ComQuery = 3;
    private const long ComStmtExecute = 23;

    [Theory]
    [InlineData("SELECT 1", "SELECT $1", "1")]
    [InlineData("SELECT * FROM t WHERE a=1234 AND b='x'", "SELECT * FROM t WHERE a=$1 AND b=$2", "1234|'x'")]
    [InlineData("CREATE TABLE t (name varchar(20), x numeric(10, 2), y text)",
        "CREATE TABLE t (name varchar(20), x numeric(10, 2), y text)", "")]
    [InlineData("SELECT length(a) + 1, CAST(b AS char(3)), c::varchar(4)",
        "SELECT length(a) + $1, CAST(b AS char(3)), c::varchar(4)", "1")]
    [InlineData("VALUES (true, E'it\\'s', X'1F', B'01', U&'\\0041', $a$it's$a$, $$x$$)",
        "VALUES ($1, $2, $3, $4, $5, $6, $7)", "true|E'it\\'s'|X'1F'|B'01'|U&'\\0041'|$a$it's$a$|$$x$$")]
    [InlineData("SELECT 'it''s', 'back\\', .5, 1.5e-3, 0x1F, 7::int", "SELECT $1, $2, $3, $4, $5, $6::int",
        "'it''s'|'back\\'|.5|1.5e-3|0x1F|7")]
    [InlineData("SELECT \"a 'b' 1\", t.c1 -- 5 'x'\n, /* 1 /* 2 */ 3 */ 4", // one $ below: the rest is no constant
        "SELECT \"a 'b' 1\", t.c1 -- 5 'x'\n, /* 1 /* 2 */ 3 */ $1", "4")]
    [InlineData("SELECT a WHERE b IS TRUE OR c IS NOT false OR NOT true AND d IS NULL LIMIT 10",
        "SELECT a WHERE b IS TRUE OR c IS NOT false OR NOT $1 AND d IS NULL LIMIT $2", "true|10")]
    [InlineData("SELECT -5, a-5, a[1]", "SELECT -$1, a-$2, a[$3]", "5|5|1")]
    [InlineData("", "", "")]
    public void NormalizePgsql_Query_TakesOutTheConstants(string sql, string expected, string parameters) =>
        AssertNormalized(expected, parameters, KernelCalls.Call("normalize_pgsql", sql, "Query"));

    [Theory]
    [InlineData("SELECT * FROM t WHERE a=@a AND b='x'", "SELECT * FROM t WHERE a=@a AND b=?", "'x'")]
    [InlineData("INSERT INTO t VALUES (1, \"x\", 1.23, true, X'DEADBEEF', NULL, _utf8mb4'y', N'z', b'1')",
        "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "1|\"x\"|1.23|true|X'DEADBEEF'|NULL|_utf8mb4'y'|N'z'|b'1'")]
    [InlineData("SELECT -5, a-5, a - -5, 5--1, (-2)", "SELECT ?, a-?, a - ?, ?-?, (?)", "-5|5|-5|5|-1|-2")]
    [InlineData("SELECT 'it\\'s' # 'x'\n, `a '1`, 1abc, @@x, @'v 1' -- 2",
        "SELECT ? # 'x'\n, `a '1`, 1abc, @@x, @'v 1' -- 2", "'it\\'s'")]
    [InlineData("CREATE TABLE t (a int(11) NOT NULL, b varchar(5) NULL, c decimal(3,1) DEFAULT NULL)",
        "CREATE TABLE t (a int(11) NOT NULL, b varchar(5) NULL, c decimal(3,1) DEFAULT NULL)", "")]
    [InlineData("SELECT char(65), a IS NULL, b = NULL", "SELECT char(?), a IS NULL, b = ?", "65|NULL")]
    [InlineData("SELECT /* 1 /* 2 */ 3 LIMIT 5, 10", "SELECT /* 1 /* 2 */ ? LIMIT ?, ?", "3|5|10")]
    public void NormalizeMysql_Query_TakesOutTheConstants(string sql, string expected, string parameters) =>
        AssertNormalized(expected, parameters, KernelCalls.Call("normalize_mysql", sql, ComQuery));

    [Fact]
    public void NormalizePgsql_Execute_NumbersParametersAndConstantsAnew() => AssertNormalized(
        "SELECT a[$1] FROM t WHERE b=$2 AND c=$3 AND d=$4",
        "'x'|7|'x'|1234",
        KernelCalls.Call(
            "normalize_pgsql",
            "query=[SELECT a[$2] FROM t WHERE b=7 AND c=$2 AND d=$1] params=[1234, 'x']",
            "Execute"));

    [Fact]
    public void NormalizeMysql_Execute_PutsParametersBetweenConstants() => AssertNormalized(
        "INSERT INTO t VALUES (?, ?, ?, ?)",
        "1|1.23|'a]b'|zzz4-1",
        KernelCalls.Call(
            "normalize_mysql",
            "query=[INSERT INTO t VALUES (?, 1.23, ?, ?)] params=[1, 'a]b', zzz4-1]",
            ComStmtExecute));

    [Theory]
    [InlineData("SELECT $1", "Query",
        "Query has more parameter placeholders in it than parameter values were passed in")]
    [InlineData("query=[SELECT $2] params=[1]", "Execute",
        "Query has more parameter placeholders in it than parameter values were passed in")]
    [InlineData("SELECT $99999999999999", "Query",
        "Query has more parameter placeholders in it than parameter values were passed in")]
    [InlineData("SELECT 'x", "Query", "The SQL query ends inside a literal, a quoted name or a comment")]
    [InlineData("SELECT /* x", "Query", "The SQL query ends inside a literal, a quoted name or a comment")]
    [InlineData("SELECT $a$ x", "Query", "The SQL query ends inside a literal, a quoted name or a comment")]
    [InlineData("SELECT 1", "Parse", "cmd_code must be one of 'Query' or 'Execute'")]
    public void NormalizePgsql_WhatItCannotRead_IsAnError(string sql, string command, string error) =>
        AssertError(error, KernelCalls.Call("normalize_pgsql", sql, command));

    [Fact]
    public void NormalizeMysql_OtherCommand_IsAnError() =>
        AssertError("cmd_code must be one of '3' or '23'", KernelCalls.Call("normalize_mysql", "SELECT 1", 22L));

    [Fact]
    public void Normalize_EveryPrefixOfStatements_IsNormalizedOrAnError()
    {
        const string Statement =
            "query=[SELECT 'a\\'\"b' , \"c\", `d`, $t$e$t$, 1.5e+3, -0xF, @v, _x'y', U&'z' /* f */ -- g\n"
            + "#h\n,?,$1] params=[1, 2]";
        for (var length = 0; length <= Statement.Length; length++)
        {
            foreach (var (function, command) in Commands)
            {
                var json = (string)KernelCalls.Call(function, Statement[..length], command);
                using var document = JsonDocument.Parse(json);
                var members = document.RootElement.EnumerateObject().Select(member => member.Name);
                Assert.Contains(string.Join(',', members), (string[])["query,params", "error"]);
            }
        }
    }

    [Fact]
    public void Normalize_LongHostileStatements_TakesLinearTime()
    {
        var watch = Stopwatch.StartNew();
        foreach (var piece in (string[])["'", "$a", "/*", "--", "@", "((((", "$1$", "U&", "0x", "1e", "''\\"])
        {
            var sql = new StringBuilder().Insert(0, piece, 300_000 / piece.Length).ToString();
            foreach (var (function, command) in Commands)
            {
                KernelCalls.CallRows(function, [sql], [command]);
            }
        }

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20)); // quadratic would be many minutes
    }

    private static IEnumerable<(string Function, object Command)> Commands =>
    [
        ("normalize_pgsql", "Query"), ("normalize_pgsql", "Execute"),
        ("normalize_mysql", ComQuery), ("normalize_mysql", ComStmtExecute),
    ];

    private static void AssertNormalized(string query, string parameters, object actual)
    {
        using var json = JsonDocument.Parse((string)actual);
        Assert.Equal(["query", "params"], json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(query, json.RootElement.GetProperty("query").GetString());
        var values = json.RootElement.GetProperty("params").EnumerateArray().Select(value => value.GetString());
        Assert.Equal(parameters, string.Join('|', values));
    }

    private static void AssertError(string error, object actual)
    {
        using var json = JsonDocument.Parse((string)actual);
        Assert.Equal(error, json.RootElement.GetProperty("error").GetString());
    }
}
