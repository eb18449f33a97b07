using System.Text;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Memcached;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tests.Memcached;

[Collection(AllocationCollection.Name)]
public sealed class MemcachedSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_Get_IsARowWithItsTimes()
    {
        using var memcached = New();

        memcached.Request("get a b\r\n"u8, 1000).Response("VALUE a 0 2\r\nxy\r\nEND\r\n"u8, 3500);

        Assert.Equal("get [a b]2 {} /0 -> PARTIAL 1 {\"a\":\"xy\"}/2", MemcachedText.Summary(memcached.Row));
        Assert.Equal((3500L, 2500L), (memcached.Row.Int("time_"), memcached.Row.Int("latency")));
        Assert.Equal((long)Role.Server, memcached.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_Pipeline_IsAnsweredInOrder()
    {
        using var memcached = New();

        memcached.Request("set a 0 0 1\r\n1\r\nincr a 1\r\nget a\r\ndelete a\r\n"u8)
            .Response("STORED\r\n2\r\nVALUE a 0 1\r\n2\r\nEND\r\nDELETED\r\n"u8);

        Assert.Equal(
            ["set STORED ", "incr OK 2", "get HIT 2", "delete DELETED "],
            memcached.Rows.Select(row => $"{row.Text("req_cmd")} {row.Text("resp_status")} {row.Text("resp_body")}"));
    }

    [Fact]
    public void OnData_AnswerLongerThanIsTakenOfACall_IsItsBeginningAndTheNextIsWhole()
    {
        using var memcached = New();

        memcached.Request("get a b c\r\n"u8, 1000);
        memcached.Response("VALUE a 0 2\r\nxy\r\nVALUE b 0 9999\r\nzz"u8, 1100).Cut(Direction.Egress, 50_000, 1100);
        memcached.Response("VALUE x 0 500\r\n123\r\nEND\r\n"u8, 1200); // looks like a value, and is inside of one
        memcached.Request("get a\r\n"u8, 2000).Response("VALUE a 0 2\r\nxy\r\nEND\r\n"u8, 2100);
        memcached.Request("get h\r\n"u8, 3000);
        memcached.Response("VALUE h 0 99999\r\nhh"u8, 3100).Cut(Direction.Egress, 100_004, 3100); // END too
        memcached.Request("get b\r\n"u8, 4000).Response("END\r\n"u8, 4100);

        Assert.Equal(
            ["get  2", "get HIT 1", "get HIT 1", "get MISS 0"],
            memcached.Rows.Select(row => $"{row.Text("req_cmd")} {row.Text("resp_status")} {row.Int("resp_items")}"));
        Assert.Equal(0, memcached.Counters.ResponsesWithoutRequest + memcached.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_LostAnswersOfQuietCommands_AreNoMisses()
    {
        using var memcached = New();
        const byte GetQ = 0x09, NoOp = 0x0a;

        memcached.Request([.. Packet(0x80, GetQ, 1, "a"), .. Packet(0x80, GetQ, 2, "b"), .. Packet(0x80, NoOp, 3, "")]);
        memcached.Response(Packet(0x81, GetQ, 1, "")).Cut(Direction.Egress, 50, 2000);
        memcached.Response(Packet(0x81, NoOp, 3, ""));
        memcached.Request([.. Packet(0x80, GetQ, 4, "c"), .. Packet(0x80, NoOp, 5, "")]);
        memcached.Response(Packet(0x81, NoOp, 5, ""));

        Assert.Equal(
            ["get a HIT", "get b ", "noop  OK", "get c MISS", "noop  OK"],
            memcached.Rows.Select(row => $"{row.Text("req_cmd")} {row.Text("req_key")} {row.Text("resp_status")}"));
    }

    [Theory]
    [InlineData("hello, world\r\n", "more than a name")]
    [InlineData("GET / HTTP/1.1\r\n", "upper case")]
    [InlineData("\u0080\u00ffxxxxxxxxxxxxxxxxxxxxxx", "unknown opcode")]
    [InlineData("\u0080\u0000\u00ff\u00ff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "key longer than the body")]
    [InlineData("\u0080\u0001\0\0\0\0\0\0\u00ff\u00ff\u00ff\u00ff\0\0\0\0\0\0\0\0\0\0\0\0", "oversized")]
    public void OnData_WhatCannotStartAFrame_IsInvalid(string latin1, string why)
    {
        using var memcached = New();

        memcached.Request(Encoding.Latin1.GetBytes(latin1));

        Assert.True(memcached.Counters.InvalidFrames > 0, why);
        Assert.Empty(memcached.Rows);
    }

    [Fact]
    public void OnData_NoiseAfterABeginning_GivesUp()
    {
        using var memcached = New();
        var noise = Encoding.ASCII.GetBytes("hello, world: nothing known\r\n");

        memcached.Request("get a\r\n"u8).Response("END\r\n"u8);
        for (var i = 0; i < 20; i++)
        {
            memcached.Request(noise).Response(noise);
        }

        Assert.Equal((SessionState.Failed, 1L), (memcached.Session.State, memcached.Counters.FailedSessions));
        Assert.Equal(0, memcached.Session.RetainedBytes);
    }

    [Fact]
    public void OnData_GarbageBeforeACommand_IsPassedOver()
    {
        using var memcached = New(midstream: true);

        memcached.Request("d of a value\r\nget a\r\n"u8).Response("rest\r\nEND\r\nEND\r\n"u8);

        Assert.Equal("get", memcached.Rows[^1].Text("req_cmd"));
        Assert.Equal(14 + 6, memcached.Counters.DroppedBytes);
    }

    [Fact]
    public void OnData_LongValue_KeepsItsBeginning()
    {
        using var memcached = New(new FramingOptions { FrameBytes = 256 });
        var value = new string('v', 5000);

        memcached.Request(Encoding.ASCII.GetBytes($"set k 0 0 5000\r\n{value}\r\nget k\r\n"))
            .Response(Encoding.ASCII.GetBytes($"STORED\r\nVALUE k 0 5000\r\n{value}\r\nEND\r\n"));

        Assert.Equal(2, memcached.Rows.Count);
        var row = memcached.Rows[0];
        Assert.Equal((5000L, "STORED"), (row.Int("req_body_size"), row.Text("resp_status")));
        Assert.Equal((5000L, "HIT"), (memcached.Rows[1].Int("resp_body_size"), memcached.Rows[1].Text("resp_status")));
        Assert.EndsWith("v... [TRUNCATED]", memcached.Rows[1].Text("resp_body"));
        Assert.Equal(2, memcached.Counters.TruncatedValues);
    }

    [Fact]
    public void OnData_GapInsideAValue_LosesNothingElse()
    {
        using var memcached = New(new FramingOptions { FrameBytes = 256 });
        var value = Encoding.ASCII.GetBytes($"VALUE k 0 5000\r\n{new string('v', 5000)}\r\nEND\r\n");

        memcached.Request("get k\r\n"u8).Response(value.AsSpan(0, 1000)).Miss(Direction.Egress, 3000)
            .Response(value.AsSpan(4000));

        Assert.Equal(("HIT", 5000L), (memcached.Row.Text("resp_status"), memcached.Row.Int("resp_body_size")));
    }

    [Fact]
    public void OnData_AnswerMissed_IsNotGivenToTheNext()
    {
        using var memcached = New();

        memcached.Request("delete x\r\n"u8, 500).Response("DELETED\r\n"u8, 600);
        memcached.Request("get a\r\n"u8).Miss(Direction.Egress, 5);
        memcached.Request("get b\r\n"u8, 3000).Response("VALUE b 0 1\r\n2\r\nEND\r\n"u8, 4000);
        memcached.Tick(5 * Second).Close(6 * Second);

        Assert.Equal(
            ["get a  ", "get b HIT 2"],
            memcached.Rows.Skip(1).Select(row =>
                $"get {row.Text("req_key")} {row.Text("resp_status")} {row.Text("resp_body")}"));
    }

    [Fact]
    public void OnData_AnswerAndRequestMissed_PairNothingWrongly()
    {
        using var memcached = New();

        memcached.Request("get a\r\n"u8, 1000).Miss(Direction.Egress, 5).Miss(Direction.Ingress, 7);
        memcached.Response("VALUE b 0 1\r\n2\r\nEND\r\n"u8, 4000).Tick(5 * Second);
        memcached.Request("get c\r\n"u8, 6 * Second).Response("VALUE c 0 1\r\n3\r\nEND\r\n"u8, 6 * Second);
        memcached.Close(7 * Second);

        Assert.DoesNotContain(
            memcached.Rows, row => row.Text("req_key") == "a" && row.Text("resp_status").Length > 0);
        Assert.DoesNotContain(memcached.Rows, row => row.Text("resp_body") == "2");
    }

    [Fact]
    public void OnData_AnswerThatDoesNotFit_IsNotGivenToTheRequest()
    {
        using var memcached = New();

        memcached.Request("get a\r\n"u8).Response("STORED\r\n"u8);

        Assert.Equal("", memcached.Row.Text("resp_status"));
        Assert.Equal(1, memcached.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_AnswerOfOneOfTwoQuietCommands_IsGivenToNone()
    {
        using var memcached = New();

        memcached.Request("mg a v q\r\nmg b v q\r\nmn\r\n"u8).Response("VA 1\r\n1\r\nMN\r\n"u8);
        memcached.Request("mg c v\r\n"u8).Response("VA 1\r\n3\r\n"u8);

        Assert.Equal(
            ["mg a ", "mg b ", "mn  OK", "mg c HIT"],
            memcached.Rows.Select(row =>
                $"{row.Text("req_cmd")} {row.Text("req_key")} {row.Text("resp_status")}"));
        Assert.Equal(1, memcached.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_BinaryQuietGets_FollowTheirNumbers()
    {
        using var memcached = New();

        memcached.Request([.. Packet(0x80, 0x0d, 1, "a"), .. Packet(0x80, 0x0d, 2, "b"), .. Packet(0x80, 0x0a, 3)])
            .Response([.. Packet(0x81, 0x0d, 2, "b", [0, 0, 0, 0], "value"), .. Packet(0x81, 0x0a, 3)]);

        Assert.Equal(
            ["get a MISS ", "get b HIT value", "noop  OK "],
            memcached.Rows.Select(row =>
                $"{row.Text("req_cmd")} {row.Text("req_key")} {row.Text("resp_status")} {row.Text("resp_body")}"));
    }

    [Fact]
    public void OnData_BinaryAuthentication_KeepsNoPassword()
    {
        using var memcached = New();

        memcached.Request(Packet(0x80, 0x21, 0, "PLAIN", [], "\0user\0secret"))
            .Response(Packet(0x81, 0x21, 0, "", [], "Authenticated"));

        Assert.Equal(
            ("PLAIN", "[REMOVED]", "OK", "[REMOVED]"),
            (memcached.Row.Text("req_key"), memcached.Row.Text("req_body"), memcached.Row.Text("resp_status"),
                memcached.Row.Text("resp_body")));
    }

    [Fact]
    public void OnTick_RequestWithoutAnswer_BecomesARow()
    {
        using var memcached = New();

        memcached.Request("get a\r\n"u8, Second).Tick(62 * Second);

        Assert.Equal(("get", "", 0L), (
            memcached.Row.Text("req_cmd"), memcached.Row.Text("resp_status"), memcached.Row.Int("latency")));
        Assert.Equal(1, memcached.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_SteadyText_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MemcachedProtocol(new FramingOptions()), rows: 1, SteadyTraffic.Exchanges(
            ("get key\r\n"u8.ToArray(), "VALUE key 0 5\r\nhello\r\nEND\r\n"u8.ToArray())));

    [Fact]
    public void OnData_SteadyPackets_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MemcachedProtocol(new FramingOptions()), rows: 1, SteadyTraffic.Exchanges(
            (Packet(0x80, 0x00, 7, "key"), Packet(0x81, 0x00, 7, "", [0, 0, 0, 0], "hello"))));

    private static SessionHarness New(FramingOptions? options = null, bool midstream = false) =>
        new(new MemcachedProtocol(options ?? new FramingOptions()), midstream: midstream);

    private static byte[] Packet(
        byte magic, byte opcode, byte opaque, string key = "", byte[]? extras = null, string value = "")
    {
        extras ??= [];
        var body = (byte)(extras.Length + key.Length + value.Length);
        return
        [
            magic, opcode, 0, (byte)key.Length, (byte)extras.Length, 0, 0, 0, 0, 0, 0, body, 0, 0, 0, opaque,
            0, 0, 0, 0, 0, 0, 0, 0, .. extras, .. Encoding.Latin1.GetBytes(key), .. Encoding.Latin1.GetBytes(value),
        ];
    }
}
