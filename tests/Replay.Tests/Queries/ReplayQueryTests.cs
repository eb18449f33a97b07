using PixieOrleans.Model;
using PixieOrleans.Model.Scripts;
using PixieOrleans.Replay.Queries;
using PixieOrleans.Replay.Summaries;

namespace PixieOrleans.Replay.Tests.Queries;

public sealed class ReplayQueryTests
{
    [Fact]
    public void Run_WithoutStartTime_ReadsAllRows()
    {
        var answer = Run("http.pcap", """
            import px
            df = px.DataFrame('http_events')
            px.display(df.groupby('resp_status').agg(n=('time_', px.count)), 'states')
            """);

        Assert.Equal(("states", 2), (answer.Tables.Single().Name, answer.Tables.Single().Rows));
    }

    [Theory]
    [InlineData("-5m", 9)]
    [InlineData("-10ms", 1)] // before the capture's end, not before now
    public void Run_RelativeStartTime_CountsFromTheEndOfTheCapture(string start, int rows)
    {
        var script = $"import px; px.display(px.DataFrame('http_events', start_time='{start}'))";

        Assert.InRange(Run("http.pcap", script).Tables[0].Rows, 1, rows);
    }

    [Fact]
    public void Run_FunctionOfTheScript_TakesItsArguments()
    {
        const string Script = """
            import px
            def f(path: str):
                df = px.DataFrame('http_events')
                return df[df.req_path == path]
            """;

        var answer = Run("http.pcap", Script, new BoundCall("f", [new("path", "/missing")], "found"));

        Assert.Equal(("found", 1), (answer.Tables.Single().Name, answer.Tables.Single().Rows));
    }

    [Theory]
    [InlineData("import px; px.display(px.DataFrame('process_stats'))", "process_stats")]
    [InlineData("import px; px.display(px.DataFrame('http_events').stream())", "A capture ends")]
    public void Run_WhatACaptureCannotAnswer_SaysSo(string script, string message)
    {
        var error = Assert.Throws<ReplayQueryException>(() => Run("http.pcap", script));

        Assert.Contains(message, error.Message + string.Join('\n', error.Errors.Select(e => e.Text)),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_OfDnsAndMysql_AreOfBothSides()
    {
        var replayed = Replayed.Of("dns.pcap");

        Assert.Equal(16, replayed.Summary.Tables.Single(table => table.Name == "dns_events").Rows);
        Assert.Equal(8, replayed.Rows("dns_events", "req_body").Count);
    }

    [Fact]
    public void ConnStats_OfARecording_CountConnectionsAndBytes()
    {
        var replayed = Replayed.Of("http.pcap");

        var last = replayed.Rows("conn_stats", "remote_addr", "protocol", "conn_open", "conn_close", "bytes_recv")
            .Where(row => !row.EndsWith("|0", StringComparison.Ordinal)).Order();
        Assert.Equal(["127.0.0.1|1|6|6|", "::1|1|1|1|"], last.Select(row => row[..(row.LastIndexOf('|') + 1)]));
    }

    [Fact]
    public void Summary_OfARecording_CountsExchangesAndErrors()
    {
        var replayed = Replayed.Of("http.pcap");
        var query = new ReplayQuery(replayed.Store, replayed.Summary.Times, replayed.Entities);
        var errors = FailedExchanges.Count(query, TestContext.Current.CancellationToken);

        var protocols = SummaryTables.Of(replayed.Summary, errors).Single(table => table.Name == "protocols");

        Assert.Equal((object[])["Http", 7L, 9L, "1", 0L, 0L, 0L, 0L, 0L], protocols.Rows.Single());
    }

    [Fact]
    public void Upids_OfServers_TellThemApart()
    {
        var upids = Replayed.Of("http.pcap").Rows("http_events", "upid", "local_addr").Distinct().Order();

        Assert.Equal(["0:1:0|127.0.0.1", "0:2:0|::1"], upids);
        Assert.Equal("0:0:0", default(Upid).ToString()); // is nobody's
    }

    [Fact]
    public void Run_NamesOfPodsAndServices_AreTheServersAddresses()
    {
        var answer = Run("http.pcap", """
            import px
            df = px.DataFrame('http_events')
            df.pod = df.ctx['pod']
            df.service = df.ctx['service']
            df = df.groupby(['pod', 'service', 'local_addr']).agg(rows=('latency', px.count))
            px.display(df)
            """);

        var rows = Assert.Single(answer.Tables).Rows;
        Assert.Equal(2, rows); // 127.0.0.1 and ::1
        Assert.Equal(0, Assert.Single(Run("http.pcap", """
            import px
            df = px.DataFrame('http_events')
            df = df[df.ctx['pod'] != 'capture/' + df.local_addr]
            px.display(df)
            """).Tables).Rows);
        Assert.Equal(0, Assert.Single(Run("http.pcap", """
            import px
            df = px.DataFrame('http_events')
            df = df[df.ctx['service'] != 'capture/' + df.local_addr + ':' + px.itoa(df.local_port)]
            px.display(df)
            """).Tables).Rows);
    }

    private static ReplayAnswer Run(string recording, string script, params BoundCall[] calls)
    {
        var replayed = Replayed.Of(recording);
        return new ReplayQuery(replayed.Store, replayed.Summary.Times, replayed.Entities)
            .Run(script, calls, null, TestContext.Current.CancellationToken);
    }
}
