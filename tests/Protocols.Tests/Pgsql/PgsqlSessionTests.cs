using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Sessions;
using static PixieOrleans.Protocols.Tests.Pgsql.PgsqlRecording;

namespace PixieOrleans.Protocols.Tests.Pgsql;

public sealed class PgsqlSessionTests
{
    private const long Second = 1_000_000_000;

    private static readonly byte[] Sync = Message('S');
    private static readonly byte[] Done = [.. Complete("SELECT 1"), .. Ready];

    [Fact]
    public void OnData_QueriesInARow_AreEndedByReady()
    {
        using var pgsql = Start();

        pgsql.Request(Query("a"), 1000).Request(Query("b"), 1100).Request(Query("c"), 1200);
        pgsql.Response(Done, 2000).Response(Done, 3000).Response([.. Complete("ROLLBACK"), .. Ready], 4000);

        Assert.Equal(
            ["a|SELECT 1|1000", "b|SELECT 1|1900", "c|ROLLBACK|2800"],
            pgsql.Rows.Select(row => $"{row.Text("req")}|{row.Text("resp")}|{row.Int("latency")}"));
    }

    [Fact]
    public void OnData_TlsAccepted_EndsTheParsing()
    {
        using var pgsql = Start();

        pgsql.Request([.. Int32(8), .. Int32(80877103)]).Response("S"u8).Request([0x16, 3, 1, 0, 0]);

        Assert.Equal(SessionState.Encrypted, pgsql.Session.State);
        Assert.Equal(0, pgsql.Counters.InvalidFrames);
    }

    [Fact]
    public void OnData_GssRefusedThenTlsRefused_GoesOnInTheClear()
    {
        using var pgsql = Start(Role.None);
        byte[] startup = [.. Int32(3 << 16), .. Ended("user"), .. Ended("me"), 0];

        pgsql.Request([.. Int32(8), .. Int32(80877104)]).Response("N"u8);
        pgsql.Request([.. Int32(8), .. Int32(80877103)]).Response("N"u8);
        pgsql.Request([.. Int32(startup.Length + 4), .. startup], 1000);
        pgsql.Response(Message('R', Int32(0)), 1500).Response(Ready, 3000);

        Assert.Equal("Startup|user=me|AUTHENTICATION OK", Summary(pgsql.Row));
        Assert.Equal((2000, (long)Role.Server), (pgsql.Row.Int("latency"), pgsql.Row.Int("trace_role")));
    }

    [Fact]
    public void OnData_CancelRequest_ShowsTheProcessAndNotTheKey()
    {
        using var pgsql = Start();

        pgsql.Request([.. Int32(16), .. Int32(80877102), .. Int32(4711), .. Int32(123456789)]).Close();

        Assert.Equal("Cancel Request|pid=4711|", Summary(pgsql.Row));
    }

    [Fact]
    public void OnData_Password_IsNeverShown()
    {
        using var pgsql = Start();
        byte[] startup = [.. Int32(3 << 16), .. Ended("user"), .. Ended("me"), 0];

        pgsql.Request([.. Int32(startup.Length + 4), .. startup]).Response(Message('R', Int32(3)));
        pgsql.Request(Message('p', Ended("secret"))).Response([.. Message('R', Int32(0)), .. Ready]);

        Assert.Equal("Startup|user=me|AUTHENTICATION OK", Summary(pgsql.Row));
    }

    [Fact]
    public void OnData_FunctionCall_ShowsArgumentsAndResult()
    {
        using var pgsql = Start();
        var value = Message('V', Int32(4), Int32(77));

        pgsql.Request(Message('F', Int32(1598), Int16(1), Int16(1), Int16(1), Int32(2), Int16(5), Int16(1)));
        pgsql.Response([.. value, .. Ready]);

        Assert.Equal("Function Call|function=1598 arguments=[\\x0005]|\\x0000004d", Summary(pgsql.Row));
    }

    [Fact]
    public void OnData_ErrorInAPipeline_EndsAtItsSync()
    {
        using var pgsql = Start();
        byte[] group = [.. Parse("", "SELECT $1"), .. Bind("", ""), .. Execute(""), .. Sync];

        pgsql.Request([.. group, .. group], 1000);
        pgsql.Response([.. Message('E', Ended("Mno"), [0]), .. Ready], 2000);
        pgsql.Response([.. Message('1'), .. Message('2'), .. Done], 3000);

        Assert.Equal(
            [
                "Parse|SELECT $1|ERROR RESPONSE [Message=no]",
                "Bind|portal= statement= parameters=[] result_format_codes=[]|",
                "Execute|query=[SELECT $1] params=[]|",
                "Parse|SELECT $1|PARSE COMPLETE",
                "Bind|portal= statement= parameters=[] result_format_codes=[]|BIND COMPLETE",
                "Execute|query=[SELECT $1] params=[]|SELECT 1",
            ],
            pgsql.Rows.Select(Summary));
        Assert.Equal(2, pgsql.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_TwoPortals_KeepTheirStatements()
    {
        using var pgsql = Start();

        pgsql.Request([.. Parse("", "one"), .. Bind("p", ""), .. Parse("", "two"), .. Bind("q", "")]);
        pgsql.Request([.. Execute("p"), .. Execute("q"), .. Message('C', "Pp"u8.ToArray(), [0]), .. Sync]);
        byte[] bound = [.. Message('1'), .. Message('2')];
        pgsql.Response([.. bound, .. bound, .. Message('s'), .. Complete("B"), .. Message('3'), .. Ready]);

        Assert.Equal(
            [
                "Execute|query=[one] params=[]|PORTAL SUSPENDED", "Execute|query=[two] params=[]|B",
                "Close|type=kPortal name=p|CLOSE COMPLETE",
            ],
            pgsql.Rows.Skip(4).Select(Summary));
    }

    [Fact]
    public void OnData_CopyFailed_ShowsWhy()
    {
        using var pgsql = Start();

        pgsql.Request(Query("COPY t FROM STDIN")).Response(Message('G', [0], Int16(0)));
        pgsql.Request([.. Message('d', "1\n"u8.ToArray()), .. Message('f', Ended("changed my mind"))], 5000);
        pgsql.Response([.. Message('E', Ended("Mfailed"), [0]), .. Ready], 6000);

        Assert.Equal(
            [
                "Copy Fail|changed my mind|ERROR RESPONSE [Message=failed]",
                "Query|COPY t FROM STDIN|ERROR RESPONSE [Message=failed]",
            ],
            pgsql.Rows.Select(Summary));
        Assert.Equal([1000, 5000], pgsql.Rows.Select(row => row.Int("latency")));
    }

    [Fact]
    public void OnData_CopyInOfAnExecute_ForgetsTheSyncThatTheServerIgnores()
    {
        using var pgsql = Start();

        pgsql.Request([.. Parse("", "COPY"), .. Bind("", ""), .. Execute(""), .. Sync]);
        pgsql.Response([.. Message('1'), .. Message('2'), .. Message('G', [1], Int16(0))]);
        pgsql.Request([.. Message('d', [1, 2, 3]), .. Message('c'), .. Sync]);
        pgsql.Response([.. Complete("COPY 1"), .. Ready]);
        pgsql.Request(Query("next"), 3000).Response(Done, 4000);

        Assert.Equal(
            ["Copy Data|[BINARY COPY DATA]|COPY 1", "Execute|query=[COPY] params=[]|COPY 1", "Query|next|SELECT 1"],
            pgsql.Rows.Skip(2).Select(Summary));
        Assert.Equal(0, pgsql.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_ErrorAtSync_IsARow()
    {
        using var pgsql = Start();

        pgsql.Request([.. Parse("", "x"), .. Sync]);
        pgsql.Response([.. Message('1'), .. Message('E', Ended("C23503"), [0]), .. Ready]);

        Assert.Equal("Sync||ERROR RESPONSE [Code=23503]", Summary(pgsql.Rows[1]));
    }

    [Fact]
    public void OnData_LongQueryAndManyRows_AreCutAndMarked()
    {
        using var pgsql = new SessionHarness(new PgsqlProtocol(new FramingOptions { TextLimitBytes = 16 }));
        var row = Message('D', Int16(1), Int32(10), new byte[10]);

        pgsql.Request(Query(new string('q', 5000))).Response([.. row, .. row, .. row, .. Done]);

        Assert.Equal(new string('q', 16) + "... [TRUNCATED]", pgsql.Row.Text("req"));
        Assert.EndsWith("... [TRUNCATED]", pgsql.Row.Text("resp"), StringComparison.Ordinal);
        Assert.Equal(2, pgsql.Counters.TruncatedValues);
    }

    [Fact]
    public void OnData_ManyStatements_StayBounded()
    {
        using var pgsql = Start();

        for (var i = 0; i < 5000; i++)
        {
            pgsql.Request([.. Parse($"s{i}", new string('x', 2000)), .. Sync]).Response([.. Message('1'), .. Ready]);
        }

        pgsql.Request([.. Bind("", "s4999"), .. Execute(""), .. Bind("", "s1"), .. Execute(""), .. Sync]);
        pgsql.Response([.. Message('2'), .. Complete("A"), .. Message('2'), .. Complete("B"), .. Ready]);

        Assert.InRange(pgsql.Session.RetainedBytes, 1, 2 << 20);
        Assert.StartsWith("query=[xxx", pgsql.Rows[^3].Text("req"), StringComparison.Ordinal);
        Assert.Equal("query=[] params=[]", pgsql.Rows[^1].Text("req"));
    }

    [Fact]
    public void OnTick_QueryWithoutAnswer_BecomesARowAndItsLateAnswerNone()
    {
        using var pgsql = Start();

        pgsql.Request(Query("slow"), 1000).Tick(61 * Second);
        pgsql.Response(Done, 62 * Second).Request(Query("next"), 63 * Second).Response(Done, 64 * Second);

        Assert.Equal(["Query|slow|", "Query|next|SELECT 1"], pgsql.Rows.Select(Summary));
    }

    private static SessionHarness Start(Role role = Role.Server) =>
        new(new PgsqlProtocol(new FramingOptions()), role);

    private static byte[] Parse(string name, string sql) => Message('P', Ended(name), Ended(sql), Int16(0));

    private static byte[] Bind(string portal, string statement) =>
        Message('B', Ended(portal), Ended(statement), Int16(0), Int16(0), Int16(0));

    private static byte[] Execute(string portal) => Message('E', Ended(portal), Int32(0));
}
