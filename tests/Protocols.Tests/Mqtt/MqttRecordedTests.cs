using PixieOrleans.Protocols.Mqtt;

namespace PixieOrleans.Protocols.Tests.Mqtt;

/// <summary>A mosquitto broker with its own clients and with paho.</summary>
public sealed class MqttRecordedTests
{
    [Fact]
    public void OnData_Version311Quality1_HasEveryExchange() => Assert.Equal(
        [
            "client CONNECT 0  0 -> CONNACK 0",
            "client SUBSCRIBE 1  0 -> SUBACK 1",
            "server PUBLISH 1 a/0 1 -> PUBACK 0",
            "server PUBLISH 2 a/1 1 -> PUBACK 0",
            "server PUBLISH 3 a/2 1 -> PUBACK 0",
            "client DISCONNECT 0  0 ->  -1",
        ],
        Replay("mosquitto-v311").Take(6));

    [Fact]
    public void OnData_PublisherOfVersion5_HasItsFields()
    {
        var rows = BrokerFixture.Replay(options => new MqttProtocol(options), "mqtt/mosquitto-v5");

        var connect = rows.First(row => row.Text("req_body").Contains("will", StringComparison.Ordinal));
        Assert.Equal(
            "{\"version\":5,\"clean_start\":true,\"keep_alive\":60,\"properties\":{\"receive_maximum\":20},"
            + "\"client_id\":\"pub\",\"will\":{\"topic\":\"w\",\"qos\":0,\"retain\":false,\"size\":4,"
            + "\"payload\":\"gone\"},\"username\":\"user\",\"password\":true}",
            connect.Text("req_body"));
        var publish = rows.First(row => row.Text("req_cmd") == "PUBLISH" && row.Text("sender") == "client");
        Assert.Equal(
            "{\"dup\":false,\"retain\":false,\"properties\":{\"content_type\":\"text/plain\","
            + "\"user_properties\":{\"k\":\"w\"}},\"size\":9,\"payload\":\"message 0\"}",
            publish.Text("req_body"));
        Assert.Equal("PUBREC", publish.Text("resp_cmd"));
    }

    [Fact]
    public void OnData_PahoClient_HasEveryExchangeOnce()
    {
        var rows = Replay("mosquitto-paho-v5");

        Assert.Equal(
            [
                "client CONNECT", "client DISCONNECT", "client PINGREQ", "client PUBLISH", "client PUBREL",
                "client SUBSCRIBE", "client UNSUBSCRIBE", "server PUBLISH", "server PUBREL",
            ],
            rows.Select(row => string.Join(' ', row.Split(' ')[..2])).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(6, rows.Count(row => row.StartsWith("client PUBLISH", StringComparison.Ordinal)));
        Assert.Equal(6, rows.Count(row => row.StartsWith("server PUBLISH", StringComparison.Ordinal)));
        Assert.All(
            rows.Where(row => row.EndsWith("-1", StringComparison.Ordinal)),
            row => Assert.True(row.Contains("DISCONNECT", StringComparison.Ordinal)
                || row.Contains("PUBLISH 0", StringComparison.Ordinal)
                || row.Contains("PINGREQ", StringComparison.Ordinal), row));
    }

    [Theory]
    [InlineData("mosquitto-v311")]
    [InlineData("mosquitto-v311-qos2")]
    [InlineData("mosquitto-v5")]
    [InlineData("mosquitto-paho-v5")]
    public void OnData_InPieces_YieldsTheSameRows(string name)
    {
        var expected = Replay(name);

        Assert.True(expected.Count > 10, $"{expected.Count} rows");
        foreach (var chunk in Enumerable.Range(1, 40))
        {
            Assert.Equal(expected, Replay(name, chunk));
        }
    }

    [Fact]
    public void OnData_ChangedBytes_NeverThrowAndStayBounded()
    {
        BrokerFixture.Fuzz(options => new MqttProtocol(options), "mqtt/mosquitto-v5", 1000);
        BrokerFixture.Fuzz(options => new MqttProtocol(options), "mqtt/mosquitto-paho-v5", 300);
    }

    private static List<string> Replay(string name, int chunk = int.MaxValue) =>
        [
            .. BrokerFixture.Replay(options => new MqttProtocol(options), "mqtt/" + name, chunk)
                .Select(MqttSessionTests.Summary),
        ];
}
