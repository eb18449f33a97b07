using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Mongodb;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Mongodb;

[Collection(AllocationCollection.Name)]
public sealed class MongodbSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_Exchange_HasTheTimeOfTheRequest()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(7), 1000).Response(MongodbBytes.Answer(1, 7), 3500);

        var row = mongodb.Row;
        Assert.Equal((1000, 2500, "find"), ((long)row["time_"], row.Int("latency"), row.Text("req_cmd")));
        Assert.Equal(
            ("""{"find":"people"}""", "ok: {$numberDouble: 1.0}", """{"ok":{"$numberDouble":"1.0"}}"""),
            (row.Text("req_body"), row.Text("resp_status"), row.Text("resp_body")));
    }

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedByNumber()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1, "a"), 1000).Request(MongodbBytes.Command(2, "b"), 1500);
        mongodb.Response(MongodbBytes.Answer(1, 2), 1600).Response(MongodbBytes.Answer(2, 1), 3000);

        Assert.Equal(
            [("b", 100L), ("a", 2000L)], mongodb.Rows.Select(row => (row.Text("req_cmd"), row.Int("latency"))));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (MongodbBytes.Command(1), MongodbBytes.Answer(1, 1));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var mongodb = Harness();

                Array.ForEach(requestCut, piece => mongodb.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => mongodb.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal((1000, "find"), (mongodb.Row.Int("latency"), mongodb.Row.Text("req_cmd")));
            }
        }
    }

    [Fact]
    public void OnData_DocumentsBehindTheCommand_FollowIt()
    {
        using var mongodb = Harness();
        var documents = MongodbBytes.Sequence(
            "documents", MongodbBytes.Document(MongodbBytes.Int32("_id", 1)), MongodbBytes.Document());

        mongodb.Request(MongodbBytes.Msg(
            1, 0, MongodbBytes.Document(MongodbBytes.String("insert", "c")), MongodbBytes.Checksum, documents));
        mongodb.Response(MongodbBytes.Answer(1, 1, MongodbBytes.Checksum));

        Assert.Equal("""{"insert":"c","documents":[{"_id":{"$numberInt":"1"}},{}]}""", mongodb.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_UnacknowledgedWrite_IsARowAtOnce()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1, "insert", MongodbBytes.MoreToCome));

        Assert.Equal((0, "", ""),
            (mongodb.Row.Int("latency"), mongodb.Row.Text("resp_status"), mongodb.Row.Text("resp_body")));
        Assert.Equal(0, mongodb.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_SeveralAnswersToOneRequest_AreOneRow()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1, "getMore", MongodbBytes.ExhaustAllowed), 1000);
        mongodb.Response(MongodbBytes.Answer(10, 1, MongodbBytes.MoreToCome), 1500);
        mongodb.Response(MongodbBytes.Answer(11, 10, MongodbBytes.MoreToCome), 2000);
        mongodb.Request(MongodbBytes.Command(2), 2100).Response(MongodbBytes.Answer(12, 2), 2200);
        mongodb.Response(MongodbBytes.Answer(13, 11), 3000);

        Assert.Equal(
            [("find", 100L), ("getMore", 2000L)],
            mongodb.Rows.Select(row => (row.Text("req_cmd"), row.Int("latency"))));
        var ok = """{"ok":{"$numberDouble":"1.0"}}""";
        Assert.Equal(("ok: {$numberDouble: 1.0}", $"[{ok},{ok},{ok}]"),
            (mongodb.Rows[1].Text("resp_status"), mongodb.Rows[1].Text("resp_body")));
    }

    [Fact]
    public void OnData_LegacyReplyAmongSeveralAnswers_IsAnElementOfItsOwn()
    {
        using var mongodb = Harness();
        var document = MongodbBytes.Document(MongodbBytes.Element(BsonType.Boolean, "x", [1]));

        mongodb.Request(MongodbBytes.Command(1, "getMore", MongodbBytes.ExhaustAllowed));
        mongodb.Response(MongodbBytes.Answer(10, 1, MongodbBytes.MoreToCome));
        mongodb.Response(MongodbBytes.Message(11, 10, MongodbOpcode.Reply,
            [.. MongodbBytes.Int(8), .. new byte[12], .. MongodbBytes.Int(1), .. document]));

        Assert.Equal("""[{"ok":{"$numberDouble":"1.0"}},{"x":true}]""", mongodb.Row.Text("resp_body"));
    }

    [Theory]
    [InlineData(1, 1, """{"x":true}""", 0)]
    [InlineData(2, 2, """[{"x":true},{"x":true}]""", 0)]
    [InlineData(1, 2, """[{"x":true},{"x":true}]""", 1)]
    [InlineData(0, 1, """[{"x":true}]""", 1)]
    [InlineData(3, 1, """[{"x":true}]""", 1)]
    [InlineData(int.MaxValue, 2, """[{"x":true},{"x":true}]""", 1)]
    [InlineData(-1, 1, """[{"x":true}]""", 1)]
    [InlineData(1, 0, "", 1)]
    [InlineData(0, 0, "", 0)]
    public void OnData_LegacyReplyOfSoManyDocuments_IsJson(int claimed, int held, string expected, int invalid)
    {
        using var mongodb = Harness();
        var document = MongodbBytes.Document(MongodbBytes.Element(BsonType.Boolean, "x", [1]));

        mongodb.Request(MongodbBytes.Command(1));
        mongodb.Response(MongodbBytes.Message(10, 1, MongodbOpcode.Reply,
        [
            .. MongodbBytes.Int(8), .. new byte[12], .. MongodbBytes.Int(claimed),
            .. Enumerable.Repeat(document, held).SelectMany(bytes => bytes),
        ]));

        Assert.Equal((expected, invalid), (mongodb.Row.Text("resp_body"), mongodb.Counters.InvalidFrames));
    }

    [Fact]
    public void OnData_AnswersAfterOneThatMakesNoSense_AreStillAnArray()
    {
        using var mongodb = Harness();
        const byte NoKindOfSection = 9;

        mongodb.Request(MongodbBytes.Command(1, "getMore", MongodbBytes.ExhaustAllowed));
        mongodb.Response(MongodbBytes.Message(10, 1, MongodbOpcode.Msg,
            [.. MongodbBytes.Int((int)MongodbBytes.MoreToCome), NoKindOfSection]));
        mongodb.Response(MongodbBytes.Answer(11, 10));

        Assert.Equal("""[{"ok":{"$numberDouble":"1.0"}}]""", mongodb.Row.Text("resp_body"));
    }

    [Fact]
    public void OnTick_AnswersThatStopComing_AreARowUpToTheLast()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1, "getMore", MongodbBytes.ExhaustAllowed), 1000);
        mongodb.Response(MongodbBytes.Answer(10, 1, MongodbBytes.MoreToCome), 50 * Second).Tick(61 * Second);

        Assert.Empty(mongodb.Rows);
        mongodb.Tick(120 * Second);

        Assert.Equal((50 * Second) - 1000, mongodb.Row.Int("latency"));
        Assert.Equal(0, mongodb.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_Hello_IsNoRow()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1, "hello")).Response(MongodbBytes.Answer(1, 1, MongodbBytes.MoreToCome));
        mongodb.Response(MongodbBytes.Answer(2, 1)).Request(MongodbBytes.Command(2, "isMaster")).Close();

        Assert.Empty(mongodb.Rows);
        Assert.Equal(0, mongodb.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_LegacyMessages_AreRows()
    {
        using var mongodb = Harness();
        var query = MongodbBytes.Document(MongodbBytes.Int32("x", 1));

        mongodb.Request(MongodbBytes.Message(1, 0, MongodbOpcode.Query,
            [.. MongodbBytes.Int(0), .. "db.people\0"u8, .. MongodbBytes.Int(0), .. MongodbBytes.Int(5), .. query]));
        mongodb.Response(MongodbBytes.Message(1, 1, MongodbOpcode.Reply,
            [.. MongodbBytes.Int(8), .. new byte[12], .. MongodbBytes.Int(1), .. query]), 2000);
        mongodb.Request(MongodbBytes.Message(2, 0, MongodbOpcode.Insert,
            [.. MongodbBytes.Int(0), .. "db.people\0"u8, .. query]), 3000);
        mongodb.Request(MongodbBytes.Message(3, 0, MongodbOpcode.Query,
            [
                .. MongodbBytes.Int(0), .. "db.$cmd\0"u8, .. MongodbBytes.Int(0), .. MongodbBytes.Int(1),
                .. MongodbBytes.Document(MongodbBytes.Element(
                    BsonType.Document, "$query", MongodbBytes.Document(MongodbBytes.Int32("count", 1)))),
            ])).Close();

        Assert.Equal(["query", "insert", "count"], mongodb.Rows.Select(row => row.Text("req_cmd")));
        Assert.Equal(("x", 1000), (mongodb.Rows[0].Text("resp_status"), mongodb.Rows[0].Int("latency")));
    }

    [Fact]
    public void OnTick_RequestWithoutAnswer_BecomesARow()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1), 1000).Tick(61 * Second);

        Assert.Equal((0, "", 1000),
            (mongodb.Row.Int("latency"), mongodb.Row.Text("resp_status"), (long)mongodb.Row["time_"]));
        Assert.Equal(1, mongodb.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_AnswerWithoutRequest_IsCounted()
    {
        using var mongodb = Harness();

        mongodb.Response(MongodbBytes.Answer(1, 9)).Close();

        Assert.Empty(mongodb.Rows);
        Assert.Equal(1, mongodb.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheFirstMessage()
    {
        using var mongodb = Harness(Role.None);

        mongodb.Response(MongodbBytes.Answer(1, 9)).Request(MongodbBytes.Command(2));
        mongodb.Response(MongodbBytes.Answer(3, 2));

        Assert.Equal((long)Role.Server, mongodb.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_GapInsideADocument_CostsNothingButText()
    {
        using var mongodb = new SessionHarness(new MongodbProtocol(new FramingOptions { FrameBytes = 256 }));
        var request = MongodbBytes.Msg(1, 0, MongodbBytes.Document(MongodbBytes.String("find", new string('q', 5000))));

        mongodb.Request(request.AsSpan(0, 300), 1000).Miss(Direction.Ingress, 4000);
        mongodb.Request(request.AsSpan(4300), 1100).Response(MongodbBytes.Answer(1, 1), 2000);

        Assert.Equal((900, "find", true),
            (mongodb.Row.Int("latency"), mongodb.Row.Text("req_cmd"),
                mongodb.Row.Text("req_body").EndsWith("q\",\"truncated\":true}")));
        Assert.Equal((1, 4000, 0),
            (mongodb.Counters.Gaps, mongodb.Counters.GapBytes, mongodb.Counters.Resynchronisations));
    }

    [Fact]
    public void OnTick_GapOverFrameBeginnings_GoesOnWithTheNextMessage()
    {
        using var mongodb = Harness();

        mongodb.Request(MongodbBytes.Command(1), 1000).Miss(Direction.Ingress, 50);
        mongodb.Request([.. "the rest of one"u8, .. MongodbBytes.Command(2, "next")], 1100);
        mongodb.Tick(2 * Second).Response(MongodbBytes.Answer(1, 2), 2 * Second);

        Assert.Equal("next", mongodb.Row.Text("req_cmd"));
        Assert.Equal((1, 15), (mongodb.Counters.Resynchronisations, mongodb.Counters.DroppedBytes));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAMessage()
    {
        using var mongodb = new SessionHarness(new MongodbProtocol(new FramingOptions()), midstream: true);

        mongodb.Response(MongodbBytes.Answer(4, 3)).Request("the rest of something"u8, 900);
        mongodb.Request([1, 2, 3, .. MongodbBytes.Command(5)], 1000).Response(MongodbBytes.Answer(1, 5), 1500);

        Assert.Equal((500, 0), (mongodb.Row.Int("latency"), mongodb.Counters.InvalidFrames));
    }

    [Theory]
    [InlineData(new byte[] { 15, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0 }, "shorter than its head")]
    [InlineData(new byte[] { 0, 0, 0, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0 }, "longer than any message")]
    [InlineData(new byte[] { 16, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xda, 7, 0, 0 }, "no such opcode")]
    [InlineData(new byte[] { 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0, 4, 0, 0, 0 }, "unknown flag")]
    [InlineData(new byte[] { 20, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0xdd, 7, 0, 0, 0, 0, 0, 0 }, "no document")]
    public void OnData_BytesThatAreNotMongodb_EndInFailure(byte[] bytes, string why)
    {
        using var mongodb = Harness();

        for (var i = 1; i < 20; i++)
        {
            mongodb.Request(MongodbBytes.Command(i)).Request(bytes);
        }

        Assert.True(mongodb.Session.State == SessionState.Failed, why);
    }

    [Fact]
    public void OnData_NestingWithoutEnd_IsInvalid()
    {
        using var mongodb = Harness();
        var document = MongodbBytes.Document();
        for (var i = 0; i < 200; i++)
        {
            document = MongodbBytes.Document(MongodbBytes.Element(BsonType.Document, "", document));
        }

        mongodb.Request(MongodbBytes.Msg(1, 0, document)).Close();

        Assert.Empty(mongodb.Rows);
        Assert.Equal(1, mongodb.Counters.InvalidFrames);
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new MongodbProtocol(new FramingOptions()), rows: 1,
        SteadyTraffic.Exchanges((MongodbBytes.Command(3), MongodbBytes.Answer(1, 3))));

    private static SessionHarness Harness(Role role = Role.Server) =>
        new(new MongodbProtocol(new FramingOptions()), role);
}
