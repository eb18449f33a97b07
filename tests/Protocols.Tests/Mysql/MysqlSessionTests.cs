using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mysql;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Mysql;

public sealed class MysqlSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (MysqlBytes.Query("select x"), MysqlBytes.ResultSet(3));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var mysql = New();

                Array.ForEach(requestCut, piece => mysql.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => mysql.SendFragment(Direction.Egress, piece, 2500));

                Assert.Equal("3 select x -> 2 Resultset rows = 3", MysqlRecording.Summary(mysql.Row));
                Assert.Equal((1500, 2500), (mysql.Row.Int("latency"), mysql.Row.Int("time_")));
            }
        }
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheCommand()
    {
        using var mysql = New(Role.None);

        mysql.Send(Direction.Egress, MysqlBytes.Query("a"), 1).Send(Direction.Ingress, MysqlBytes.Ok, 2);

        Assert.Equal((long)Role.Client, mysql.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_LongText_IsCutAndMarked()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Query(new string('a', 600))).Response(MysqlBytes.Ok);

        Assert.Equal(new string('a', 512) + "... [TRUNCATED]", mysql.Row.Text("req_body"));
        Assert.Equal(1, mysql.Counters.TruncatedValues);
    }

    [Fact]
    public void OnData_ErrorAmongRows_IsTheResult()
    {
        using var mysql = New();
        var cut = MysqlBytes.ResultSet(2)[..^9];

        mysql.Request(MysqlBytes.Query("a")).Response([.. cut, .. MysqlBytes.Packet(6, [0xff, 1, 0, .. "gone"u8])]);

        Assert.Equal("3 a -> 3 gone", MysqlRecording.Summary(mysql.Row));
    }

    [Fact]
    public void OnData_NumbersThatStartAgain_AreRowsOfOneAnswer()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Query("a")).Response(MysqlBytes.ResultSet(1000));

        Assert.Equal("3 a -> 2 Resultset rows = 1000", MysqlRecording.Summary(mysql.Row));
    }

    [Fact]
    public void OnData_PacketsOfTheLargestLength_GoOnInTheNext()
    {
        using var mysql = New();
        var half = new byte[MysqlPacket.MaxPayload];
        half.AsSpan().Fill((byte)'a');
        half[0] = (byte)MysqlCommand.Query;

        mysql.Request(MysqlBytes.Packet(0, half), 1000).Request(MysqlBytes.Packet(1, "bcd"u8), 1500);
        mysql.Response(MysqlBytes.Packet(2, [0, 0, 0, 2, 0, 0, 0]), 2000);

        Assert.Equal((3, 2, 500), (mysql.Row.Int("req_cmd"), mysql.Row.Int("resp_status"), mysql.Row.Int("latency")));
        Assert.EndsWith("a... [TRUNCATED]", mysql.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_GapInsideALongFrame_CostsNothing()
    {
        using var mysql = New(options: new FramingOptions { FrameBytes = 1024 });
        var request = MysqlBytes.Query(new string('a', 5000));

        mysql.Request(request.AsSpan(0, 2000)).Miss(Direction.Ingress, 2000).Request(request.AsSpan(4000), 1100);
        mysql.Response(MysqlBytes.Ok);

        Assert.Equal((2, 900), (mysql.Row.Int("resp_status"), mysql.Row.Int("latency")));
        Assert.Equal((1, 2000, 0), (mysql.Counters.Gaps, mysql.Counters.GapBytes, mysql.Counters.Resynchronisations));
    }

    [Fact]
    public void OnData_GapAmongRows_TellsWhatIsKnownAndGoesOn()
    {
        using var mysql = New();
        var rows = MysqlBytes.ResultSet(100);

        mysql.Request(MysqlBytes.Query("a"), 1000).Response(rows.AsSpan(0, 200), 1500);
        mysql.Miss(Direction.Egress, (ulong)rows.Length - 200);
        mysql.Request(MysqlBytes.Query("b"), 3000).Response(MysqlBytes.ResultSet(1), 4000).Tick(3 * Second);

        Assert.Equal(
            ["3 a -> 0 Resultset rows = 26... [TRUNCATED]", "3 b -> 2 Resultset rows = 1"],
            mysql.Rows.Select(MysqlRecording.Summary));
        Assert.Equal([500, 1000], mysql.Rows.Select(row => row.Int("latency")));
    }

    [Fact]
    public void OnTick_LostAnswer_IsNotTheAnswerToTheNext()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Query("a"), 1000).Miss(Direction.Egress, (ulong)MysqlBytes.Ok.Length);
        mysql.Request(MysqlBytes.Query("b"), 2000).Response(MysqlBytes.Error("no b"), 3000);
        mysql.Tick(2 * Second);

        Assert.Equal(["3 a -> 0 ", "3 b -> 3 no b"], mysql.Rows.Select(MysqlRecording.Summary));
        Assert.Equal([0, 1000], mysql.Rows.Select(row => row.Int("latency")));
    }

    [Fact]
    public void OnTick_LostCommand_LeavesItsAnswerAlone()
    {
        using var mysql = New();

        mysql.Miss(Direction.Ingress, 20).Response(MysqlBytes.Error("lost"), 2000);
        mysql.Request(MysqlBytes.Query("b"), 3000).Response(MysqlBytes.Ok, 4000).Tick(2 * Second);

        Assert.Equal("3 b -> 2 ", MysqlRecording.Summary(mysql.Row));
        Assert.Equal(1, mysql.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithACommand()
    {
        using var mysql = New(midstream: true);
        var rows = MysqlBytes.ResultSet(5);

        mysql.Response(rows.AsSpan(70), 900).Request("end of a statement"u8, 950);
        mysql.Request(MysqlBytes.Query("b"), 1000).Response(rows, 2000);

        Assert.Equal("3 b -> 2 Resultset rows = 5", MysqlRecording.Summary(mysql.Row));
    }

    [Fact]
    public void OnData_GarbageBeforeACommand_IsPassedOver()
    {
        using var mysql = New();

        mysql.Request([.. "hello world"u8, .. MysqlBytes.Query("b")]).Response(MysqlBytes.Ok);

        Assert.Equal("3 b -> 2 ", MysqlRecording.Summary(mysql.Row));
        Assert.Equal((1, 11), (mysql.Counters.InvalidFrames, mysql.Counters.DroppedBytes));
    }

    [Theory]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "no command of a client")]
    [InlineData(new byte[] { 2, 0, 0, 0, 14 }, "a ping is one byte")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0, 25 }, "a close of 16 MiB")]
    [InlineData(new byte[] { 5, 0, 0, 9, 3, (byte)'s' }, "a number out of nowhere")]
    [InlineData(new byte[] { 5, 0, 0, 0, 3, 7, 7 }, "a statement that begins with a control character")]
    public void ReadHead_BytesThatCannotStartACommand_IsInvalid(byte[] data, string why)
    {
        using var mysql = New();
        using var session = new MysqlSession(mysql.Context, new FramingOptions());

        var head = session.ReadHead(Direction.Ingress, data);

        Assert.True(head.Status == ParseStatus.Invalid, why);
    }

    [Fact]
    public void OnTick_CommandWithoutAnswer_BecomesARow()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Query("a"), 1000).Tick(61 * Second);

        Assert.Equal("3 a -> 0 ", MysqlRecording.Summary(mysql.Row));
        Assert.Equal((1, 0), (mysql.Counters.RequestsWithoutResponse, mysql.Row.Int("latency")));
    }

    [Fact]
    public void OnData_Pipelined_AnswersComeInOrder()
    {
        using var mysql = New();

        mysql.Request([.. MysqlBytes.Query("a"), .. MysqlBytes.Query("b")], 1000);
        mysql.Response(MysqlBytes.Error("no a"), 2000).Response(MysqlBytes.Ok, 3000);

        Assert.Equal(["3 a -> 3 no a", "3 b -> 2 "], mysql.Rows.Select(MysqlRecording.Summary));
    }

    [Fact]
    public void OnData_LoginAgain_IsOneCommand()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Command(MysqlCommand.ChangeUser, "u\0\0d\0"u8));
        mysql.Response(MysqlBytes.Packet(1, [0xfe, .. "mysql_native_password\0"u8]), 1500);
        mysql.Request(MysqlBytes.Packet(2, new byte[20]), 1600).Response(MysqlBytes.Packet(3, [0, 0, 0, 2, 0, 0, 0]));
        mysql.Request(MysqlBytes.Query("a")).Response(MysqlBytes.Ok);

        Assert.Equal(["17  -> 2 ", "3 a -> 2 "], mysql.Rows.Select(MysqlRecording.Summary));
    }

    // As a TLS library shows it: the greeting and the wish for TLS went before, in the clear.
    [Fact]
    public void OnData_LoginInsideTls_BeginsWithTheSecondPacket()
    {
        using var mysql = New(Role.None);
        var login = MysqlBytes.Packet(2, [0, 0x0a, 0, 0, 0, 0, 0, 1, 45, .. new byte[23], .. "u\0\0"u8]);

        mysql.Request(login).Response(MysqlBytes.Packet(3, [0, 0, 0, 2, 0, 0, 0]));
        mysql.Request(MysqlBytes.Query("a")).Response(MysqlBytes.Ok);

        Assert.Equal("3 a -> 2 ", MysqlRecording.Summary(mysql.Row));
        Assert.Equal((4, 0), (mysql.Counters.Frames, mysql.Counters.InvalidFrames));
    }

    [Fact]
    public void OnData_StreamOfChanges_EndsTheParsing()
    {
        using var mysql = New();

        mysql.Request(MysqlBytes.Command(MysqlCommand.BinlogDump, new byte[14]));
        mysql.Response(MysqlBytes.Packet(1, new byte[40])).Response(MysqlBytes.Packet(2, new byte[40]));

        Assert.Equal("18  -> 2 ", MysqlRecording.Summary(mysql.Row));
        Assert.Equal(SessionState.EndOfStream, mysql.Session.State);
    }

    private static SessionHarness New(
        Role role = Role.Server, bool midstream = false, FramingOptions? options = null) =>
        new(new MysqlProtocol(options ?? new FramingOptions()), role, midstream);
}
