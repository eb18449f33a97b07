using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;

namespace PixieOrleans.Protocols.Tests.Mysql;

[Collection(AllocationCollection.Name)]
public sealed class MysqlStatementTests
{
    private static readonly byte[] Prepare = MysqlBytes.Command(MysqlCommand.StmtPrepare, "insert ?, ?"u8);

    [Fact]
    public void OnData_ExecuteWithoutTypes_TakesThoseOfTheOneBefore()
    {
        using var mysql = Prepared();

        mysql.Request(MysqlBytes.Execute(7, [0, 1, 8, 0, 0xfe, 0, 1, 2, 3, 4, 5, 6, 7, 8, 1, (byte)'a']));
        mysql.Response(MysqlBytes.Ok);
        mysql.Request(MysqlBytes.Execute(7, [1, 0, 1, (byte)'b'])).Response(MysqlBytes.Ok);

        Assert.Equal(
            ["query=[insert ?, ?] params=[578437695752307201, a]", "query=[insert ?, ?] params=[NULL, b]"],
            mysql.Rows.Skip(1).Select(row => row.Text("req_body")));
    }

    [Fact]
    public void OnData_DatesAndTimes_AreWrittenOut()
    {
        using var mysql = Prepared();

        mysql.Request(MysqlBytes.Execute(
            7, [0, 1, 10, 0, 11, 0, 4, 0xe8, 7, 2, 29, 12, 1, 1, 0, 0, 0, 2, 3, 4, 7, 0, 0, 0]));
        mysql.Response(MysqlBytes.Ok);
        mysql.Request(MysqlBytes.Execute(7, [0, 1, 12, 0, 11, 0, 0, 0])).Response(MysqlBytes.Ok);

        Assert.Equal(
            [
                "query=[insert ?, ?] params=[2024-02-29, -26:03:04.000007]",
                "query=[insert ?, ?] params=[0000-00-00 00:00:00, 00:00:00]",
            ],
            mysql.Rows.Skip(1).Select(row => row.Text("req_body")));
    }

    [Fact]
    public void OnData_ParameterSentInPieces_IsNotAmongTheValues()
    {
        using var mysql = Prepared();

        mysql.Request(MysqlBytes.Command(MysqlCommand.StmtSendLongData, [7, 0, 0, 0, 0, 0, .. "piece"u8]));
        mysql.Request(MysqlBytes.Execute(7, [0, 1, 0xfc, 0, 3, 0, 5, 0, 0, 0])).Response(MysqlBytes.Ok);

        Assert.Equal(
            ["24  -> 1 ", "23 query=[insert ?, ?] params=[<long data>, 5] -> 2 "],
            mysql.Rows.Skip(1).Select(MysqlRecording.Summary));
    }

    [Fact]
    public void OnData_PreparedAndExecutedInOneGo_IsRenderedOnceKnown()
    {
        using var mysql = New();

        mysql.Request([.. Prepare, .. MysqlBytes.Execute(uint.MaxValue, [0, 1, 1, 0, 1, 0x80, 255, 255])]);
        mysql.Response([.. MysqlBytes.Prepared(9, 2), .. MysqlBytes.Ok]);

        Assert.Equal("query=[insert ?, ?] params=[-1, 255]", mysql.Rows[1].Text("req_body"));
    }

    [Fact]
    public void OnData_Cursor_HasItsRowsInFetches()
    {
        using var mysql = Prepared();
        var head = MysqlBytes.ResultSet(0, 0x42)[..^9];

        mysql.Request(MysqlBytes.Execute(7, [3, 0], flags: 1)).Response(head);
        mysql.Request(MysqlBytes.Command(MysqlCommand.StmtFetch, [7, 0, 0, 0, 10, 0, 0, 0]));
        mysql.Response([.. MysqlBytes.Packet(1, [0, 0, 1]), .. MysqlBytes.Packet(2, [0, 0, 2]), .. MysqlBytes.Eof(3)]);

        Assert.Equal(
            ["Resultset rows = 0", "Resultset rows = 2"], mysql.Rows.Skip(1).Select(row => row.Text("resp_body")));
    }

    [Fact]
    public void OnData_ClosedStatement_IsNotKnownAnyMore()
    {
        using var mysql = Prepared();

        mysql.Request(MysqlBytes.Command(MysqlCommand.StmtClose, [7, 0, 0, 0]));
        mysql.Request(MysqlBytes.Execute(7, [3, 0])).Response(MysqlBytes.Ok);

        Assert.Equal(["25  -> 1 ", "23  -> 2 "], mysql.Rows.Skip(1).Select(MysqlRecording.Summary));
    }

    [Fact]
    public void OnData_MoreStatementsThanTheBound_TheOldestGoes()
    {
        using var mysql = new SessionHarness(new MysqlProtocol(new FramingOptions { MaxPendingRequests = 2 }));
        for (byte id = 1; id <= 4; id++)
        {
            mysql.Request(Prepare).Response(MysqlBytes.Prepared(id, 2));
        }

        mysql.Request(MysqlBytes.Execute(1, [3, 0])).Response(MysqlBytes.Ok);
        mysql.Request(MysqlBytes.Execute(4, [3, 1, 6, 0, 6, 0])).Response(MysqlBytes.Ok);

        Assert.Equal(
            ["", "query=[insert ?, ?] params=[NULL, NULL]"], mysql.Rows.Skip(4).Select(row => row.Text("req_body")));
    }

    [Fact]
    public void OnData_ExecuteCutShort_SaysSo()
    {
        using var mysql = Prepared();

        mysql.Request(MysqlBytes.Execute(7, [0, 1, 3, 0, 3, 0, 5, 0, 0, 0, 1])).Response(MysqlBytes.Ok);

        Assert.Equal("query=[insert ?, ?] params=[5, ]... [TRUNCATED]", mysql.Rows[1].Text("req_body"));
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MysqlProtocol(new FramingOptions()), rows: 5, SteadyTraffic.Exchanges(
            (Prepare, MysqlBytes.Prepared(7, 2)),
            (MysqlBytes.Execute(7, [0, 1, 8, 0, 10, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0]), MysqlBytes.ResultSet(10)),
            (MysqlBytes.Command(MysqlCommand.StmtClose, [7, 0, 0, 0]), []),
            (MysqlBytes.Query("select 1"), MysqlBytes.ResultSet(2)),
            (MysqlBytes.Query("selekt"), MysqlBytes.Error("no"))));

    private static SessionHarness New() => new(new MysqlProtocol(new FramingOptions()));

    private static SessionHarness Prepared() => New().Request(Prepare).Response(MysqlBytes.Prepared(7, 2));
}
