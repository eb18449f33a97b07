using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Kafka;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.TestKit;

namespace PixieOrleans.Protocols.Tests.Kafka;

[Collection(AllocationCollection.Name)]
public sealed class KafkaSessionTests
{
    private const long Second = 1_000_000_000;

    [Fact]
    public void OnData_Exchange_HasTheTimeOfTheRequest()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.OffsetCommit(7), 1000).Response(KafkaBytes.OffsetCommitted(7), 3500);

        var row = kafka.Row;
        Assert.Equal((1000, 2500, 8, "me"),
            ((long)row["time_"], row.Int("latency"), row.Int("req_cmd"), row.Text("client_id")));
        Assert.Equal(
            """
            {"group_id":"g","topics":[{"name":"orders","partitions":[
            {"index":3,"committed_offset":77,"committed_metadata":"meta"}]}]}
            """.ReplaceLineEndings(""), row.Text("req_body"));
        Assert.Equal(
            """{"topics":[{"name":"orders","partitions":[{"index":3,"error_code":0}]}]}""", row.Text("resp"));
    }

    [Fact]
    public void OnData_AnswersOutOfOrder_ArePairedByCorrelationId()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.OffsetCommit(1), 1000).Request(KafkaBytes.OffsetCommit(2), 1500);
        kafka.Response(KafkaBytes.OffsetCommitted(2), 1600).Response(KafkaBytes.OffsetCommitted(1), 3000);

        Assert.Equal([100L, 2000L], kafka.Rows.Select(row => row.Int("latency")));
    }

    [Fact]
    public void OnData_CutAtEveryByte_YieldsTheSameRow()
    {
        var (request, response) = (KafkaBytes.OffsetCommit(1), KafkaBytes.OffsetCommitted(1));
        foreach (var requestCut in Fragments.AtEveryByte(request))
        {
            foreach (var responseCut in Fragments.AtEveryByte(response))
            {
                using var kafka = Harness();

                Array.ForEach(requestCut, piece => kafka.SendFragment(Direction.Ingress, piece, 1000));
                Array.ForEach(responseCut, piece => kafka.SendFragment(Direction.Egress, piece, 2000));

                Assert.Equal((1000, true), (kafka.Row.Int("latency"), kafka.Row.Text("resp").EndsWith("]}]}")));
            }
        }
    }

    [Fact]
    public void OnData_ProduceThatWantsNoAnswer_IsARowAtOnce()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.Produce(1, acks: 0, recordBytes: 10));

        Assert.Equal((0, ""), (kafka.Row.Int("latency"), kafka.Row.Text("resp")));
        Assert.Equal(0, kafka.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnTick_RequestWithoutAnswer_BecomesARow()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.OffsetCommit(1), 1000).Tick(61 * Second);

        Assert.Equal((0, "", 1000), (kafka.Row.Int("latency"), kafka.Row.Text("resp"), (long)kafka.Row["time_"]));
        Assert.Equal(1, kafka.Counters.RequestsWithoutResponse);
    }

    [Fact]
    public void OnData_AnswerWithoutRequest_IsCounted()
    {
        using var kafka = Harness();

        kafka.Response(KafkaBytes.OffsetCommitted(1)).Close();

        Assert.Empty(kafka.Rows);
        Assert.Equal(1, kafka.Counters.ResponsesWithoutRequest);
    }

    [Fact]
    public void OnData_WithoutKnownRole_LearnsItFromTheRequest()
    {
        using var kafka = Harness(Role.None);

        kafka.Request(KafkaBytes.OffsetCommit(1)).Response(KafkaBytes.OffsetCommitted(1));

        Assert.Equal((long)Role.Server, kafka.Row.Int("trace_role"));
    }

    [Fact]
    public void OnData_AnswerThatLooksLikeARequestWithoutKnownRole_IsNone()
    {
        using var kafka = Harness(Role.None);

        // An answer to Heartbeat v1 with correlation id 5: key 0, version 5, correlation id 0, empty client id.
        kafka.Response(KafkaBytes.Response(5, [.. KafkaBytes.Int(0), .. KafkaBytes.Short(0)]));
        kafka.Request(KafkaBytes.OffsetCommit(6)).Response(KafkaBytes.OffsetCommitted(6)).Close();

        Assert.Equal(((long)Role.Server, 8), (kafka.Row.Int("trace_role"), kafka.Row.Int("req_cmd")));
    }

    [Fact]
    public void OnData_GapInsideRecords_CostsNothing()
    {
        using var kafka = new SessionHarness(new KafkaProtocol(new FramingOptions { FrameBytes = 256 }));
        var request = KafkaBytes.Produce(1, acks: 1, recordBytes: 5000);

        kafka.Request(request.AsSpan(0, 300), 1000).Miss(Direction.Ingress, 4000).Request(request.AsSpan(4300), 1100);
        kafka.Request(KafkaBytes.OffsetCommit(2), 1200).Response(KafkaBytes.OffsetCommitted(2), 2000).Close();

        Assert.Equal((1, 4000, 0), (kafka.Counters.Gaps, kafka.Counters.GapBytes, kafka.Counters.Resynchronisations));
        Assert.Equal(
            """
            {"transactional_id":"","acks":1,"timeout_ms":1500,"topics":[
            {"name":"orders","partitions":[{"index":0,"message_set":{"size":5000}}]}],"truncated":true}
            """.ReplaceLineEndings(""), kafka.Rows[1].Text("req_body"));
    }

    [Fact]
    public void OnTick_GapOverFrameBeginnings_GoesOnWithTheNextFrame()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.OffsetCommit(1), 1000).Miss(Direction.Ingress, 77);
        kafka.Request([.. "of a frame"u8, .. KafkaBytes.OffsetCommit(3)], 1100);
        kafka.Tick(2 * Second).Response(KafkaBytes.OffsetCommitted(3), 2 * Second).Close();

        Assert.Equal([(2 * Second) - 1100, 0L], kafka.Rows.Select(row => row.Int("latency")));
        Assert.Equal((1, 10), (kafka.Counters.Resynchronisations, kafka.Counters.DroppedBytes));
    }

    [Fact]
    public void OnData_LostAnswers_AreNotPairedWithLaterRequests()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.OffsetCommit(1), 1000).Request(KafkaBytes.OffsetCommit(2), 1100);
        kafka.Miss(Direction.Egress, 20);
        kafka.Response([.. "the rest of the first"u8, .. KafkaBytes.OffsetCommitted(2)], 2000);
        kafka.Tick(4 * Second).Close();

        Assert.Equal([900L, 0L], kafka.Rows.Select(row => row.Int("latency")));
        Assert.Equal([1100L, 1000L], kafka.Rows.Select(row => (long)row["time_"]));
    }

    [Fact]
    public void OnData_JoinedInTheMiddle_BeginsWithAFrame()
    {
        using var kafka = new SessionHarness(new KafkaProtocol(new FramingOptions()), midstream: true);

        kafka.Response(KafkaBytes.OffsetCommitted(4)).Request("the rest of something"u8, 900);
        kafka.Request([1, 2, 3, .. KafkaBytes.OffsetCommit(5)], 1000).Response(KafkaBytes.OffsetCommitted(5), 1500);

        Assert.Equal(500, kafka.Row.Int("latency"));
        Assert.Equal(0, kafka.Counters.InvalidFrames);
    }

    [Fact]
    public void OnData_BytesThatAreNotKafka_EndInFailure()
    {
        using var kafka = Harness();

        for (var i = 0; i < 20; i++)
        {
            kafka.Request(KafkaBytes.OffsetCommit(i)).Request("GET / HTTP/1.1\r\n\r\n"u8);
            kafka.Request("\x7f\0\0\0 oversized"u8);
        }

        Assert.Equal((SessionState.Failed, 1), (kafka.Session.State, kafka.Counters.FailedSessions));
    }

    [Fact]
    public void OnData_ApiVersionsThatTheBrokerLacks_AreAnsweredInTheOldestLayout()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.Request(KafkaApi.ApiVersions, 3, 1, [0, 3, .. "me"u8, 2, (byte)'1', 0]));
        kafka.Response(KafkaBytes.Response(
            1,
            [.. KafkaBytes.Short(35), .. KafkaBytes.Int(1), .. KafkaBytes.Short(18), 0, 0, .. KafkaBytes.Short(2)]));

        Assert.Equal("""{"client_software_name":"me","client_software_version":"1"}""", kafka.Row.Text("req_body"));
        Assert.Equal(
            """{"error_code":35,"api_keys":[{"api_key":18,"min_version":0,"max_version":2}]}""",
            kafka.Row.Text("resp"));
    }

    [Theory]
    [InlineData(19, 2, "CreateTopics is without layout")]
    [InlineData(1, 19, "Fetch newer than known")]
    public void OnData_BodyOfUnknownLayout_IsARowWithoutBody(int api, int version, string why)
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.Request((KafkaApi)api, version, 1, [1, 2, 3]));
        kafka.Response(KafkaBytes.Response(1, [4, 5]));

        Assert.True(kafka.Row.Text("req_body") + kafka.Row.Text("resp") == "", why);
        Assert.Equal(((long)api, "me"), (kafka.Row.Int("req_cmd"), kafka.Row.Text("client_id")));
    }

    [Fact]
    public void OnData_CountLargerThanTheFrame_IsMarked()
    {
        using var kafka = Harness();

        kafka.Request(KafkaBytes.Request(
            KafkaApi.OffsetCommit, 0, 1, [.. KafkaBytes.Text("g"), .. KafkaBytes.Int(int.MaxValue)]));
        kafka.Close();

        Assert.Equal("""{"group_id":"g","truncated":true}""", kafka.Row.Text("req_body"));
        Assert.Equal(1, kafka.Counters.TruncatedValues);
    }

    [Fact]
    public void OnData_LongTexts_AreCut()
    {
        using var kafka = new SessionHarness(new KafkaProtocol(new FramingOptions { FrameBytes = 1 << 20 }));
        var keys = new string('k', 30000);

        kafka.Request(KafkaBytes.Request(
            KafkaApi.JoinGroup, 0, 1,
            [
                .. KafkaBytes.Text(keys), .. KafkaBytes.Int(1), .. KafkaBytes.Text(keys), .. KafkaBytes.Text(keys),
                .. KafkaBytes.Int(0),
            ],
            new string('c', 600))).Close();

        Assert.Equal((65536 + 17, 512 + 15), (kafka.Row.Text("req_body").Length, kafka.Row.Text("client_id").Length));
        Assert.EndsWith("k... [TRUNCATED]\"}", kafka.Row.Text("req_body"));
    }

    [Fact]
    public void OnData_SteadyTraffic_AllocatesNothing() => SteadyTraffic.AllocatesNothing(
        new KafkaProtocol(new FramingOptions()), rows: 1,
        SteadyTraffic.Exchanges((KafkaBytes.OffsetCommit(3), KafkaBytes.OffsetCommitted(3))));

    private static SessionHarness Harness(Role role = Role.Server) =>
        new(new KafkaProtocol(new FramingOptions()), role);
}
