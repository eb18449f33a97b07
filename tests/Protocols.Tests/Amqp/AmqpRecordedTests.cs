using PixieOrleans.Protocols.Amqp;

namespace PixieOrleans.Protocols.Tests.Amqp;

/// <summary>A RabbitMQ broker with pika and with librabbitmq.</summary>
public sealed class AmqpRecordedTests
{
    [Fact]
    public void OnData_Tools_HaveEveryExchange() => Assert.Equal(
        [
            "1 0 10.11 10.10", "1 0 10.31 10.30", "1 0 10.40 10.41", "1 1 20.10 20.11",
            "1 1 50.10 50.11", "1 1 20.40 20.41", "1 0 10.50 10.51",
        ],
        Replay("rabbitmq-tools").Take(7));

    [Fact]
    public void OnData_Pika_LeavesNothingOpen()
    {
        var rows = BrokerFixture.Replay(options => new AmqpProtocol(options), "amqp/rabbitmq-pika");

        var questions = rows.Where(row => AmqpMethod.Find(
            (ushort)row.Int("req_class_id"), (ushort)row.Int("req_method_id"))?.IsQuestion == true);
        Assert.Equal(
            ["50.10"], // of a queue that is not there: the broker closes the channel
            questions.Where(row => row.Int("resp_class_id") == 0)
                .Select(row => $"{row.Int("req_class_id")}.{row.Int("req_method_id")}"));
        Assert.All(
            ["60.20 60.21", "60.30 60.31", "60.70 60.71", "60.70 60.72", "90.30 90.31", "85.10 85.11", "20.41 20.40"],
            pair => Assert.Contains(rows, row => Pair(row).EndsWith(pair, StringComparison.Ordinal)));
    }

    [Fact]
    public void OnData_Pika_TellsWhatScriptsRead()
    {
        var rows = BrokerFixture.Replay(options => new AmqpProtocol(options), "amqp/rabbitmq-pika");

        Assert.Equal(
            "{\"ticket\":0,\"exchange\":\"e1\",\"routing_key\":\"k.one\",\"mandatory\":false,\"immediate\":false}",
            rows.First(row => row.Int("req_method_id") == 40 && row.Int("req_class_id") == 60).Text("req_msg"));
        Assert.Equal(
            "{\"body_size\":7,\"content_type\":\"application/json\",\"headers\":{\"a\":1,\"b\":\"two\","
            + "\"c\":[1,true,null]},\"delivery_mode\":2,\"priority\":3,\"correlation_id\":\"c-1\","
            + "\"timestamp\":1700000000,\"app_id\":\"rec\"}",
            rows.First(row => row.Int("frame_type") == 2).Text("req_msg"));
        Assert.Equal(
            "{\"size\":7,\"body\":\"{\\\"x\\\":1}\"}",
            rows.First(row => row.Int("frame_type") == 3).Text("req_msg"));
        Assert.Equal(
            "{\"consumer_tag\":\"t1\",\"delivery_tag\":2,\"redelivered\":false,\"exchange\":\"e1\","
            + "\"routing_key\":\"k.two\"}",
            rows.First(row => row.Int("resp_method_id") == 60).Text("resp_msg"));
    }

    [Fact]
    public void OnData_Password_IsNotKept() => Assert.All(
        BrokerFixture.Replay(options => new AmqpProtocol(options), "amqp/rabbitmq-pika")
            .Where(row => row.Int("req_method_id") == 11),
        row => Assert.Contains("\"response\":\"[REMOVED]\"", row.Text("req_msg")));

    [Theory]
    [InlineData("rabbitmq-tools")]
    [InlineData("rabbitmq-pika")]
    public void OnData_InPieces_YieldsTheSameRows(string name)
    {
        var expected = Replay(name);

        Assert.True(expected.Count > 20, $"{expected.Count} rows");
        foreach (var chunk in Enumerable.Range(1, 20))
        {
            Assert.Equal(expected, Replay(name, chunk));
        }
    }

    [Fact]
    public void OnData_ChangedBytes_NeverThrowAndStayBounded()
    {
        BrokerFixture.Fuzz(options => new AmqpProtocol(options), "amqp/rabbitmq-tools", 800);
        BrokerFixture.Fuzz(options => new AmqpProtocol(options), "amqp/rabbitmq-pika", 150);
    }

    private static List<string> Replay(string name, int chunk = int.MaxValue) =>
        [.. BrokerFixture.Replay(options => new AmqpProtocol(options), "amqp/" + name, chunk).Select(Pair)];

    private static string Pair(RecordedRow row) =>
        $"{row.Int("frame_type")} {row.Int("channel")} {row.Int("req_class_id")}.{row.Int("req_method_id")} "
        + $"{row.Int("resp_class_id")}.{row.Int("resp_method_id")}";
}
