using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using PixieOrleans.TestKit.Servers;
using PixieOrleans.TestKit.Servers.Messaging;

namespace PixieOrleans.EndToEnd.Tests.Mqtt;

/// <summary>Rows of MQTT against the packets that the broker logged.</summary>
[Collection(SiloCollection.Name)]
public sealed class MqttTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TableReader Events => new(fixture.Silo.Client, "mqtt_events");

    [Theory]
    [InlineData("mqttv311")]
    [InlineData("mqttv5")]
    public async Task Rows_OfMosquittosClients_EqualTheLog(string version)
    {
        await using var broker = await Mosquitto.StartAsync(anonymous: true, Cancel);
        var (publish, subscribe) = (
            Programs.Require("mosquitto_pub", "mosquitto-clients"),
            Programs.Require("mosquitto_sub", "mosquitto-clients"));
        string[] common = ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", version];

        await using var subscriber = ChildProcess.Start(
            subscribe, [.. common, "-t", "rooms/#", "-q", "2", "-C", "9"]);
        await broker.WaitForLogAsync("Sending SUBACK", 1, Cancel);
        for (var i = 0; i < 9; i++)
        {
            var text = new string('m', 1 + (i * 20));
            await ChildProcess.RunAsync(
                publish, [.. common, "-q", $"{i % 3}", "-t", $"rooms/{i}", "-m", text], Cancel);
        }

        await subscriber.WaitForExitAsync(Cancel);
        await broker.WaitForLogAsync("Received DISCONNECT", 10, Cancel);
        var rows = await AssertEqualLogAsync(broker);
        Assert.All(
            rows.Where(row => row.Text("req_cmd") == "PUBLISH"),
            row => Assert.Equal(
                new string('m', row.Json("req_body").GetProperty("size").GetInt32()),
                row.Json("req_body").GetProperty("payload").GetString()));
        Assert.All(
            rows.Where(row => row.Text("req_cmd") == "CONNECT"),
            row => Assert.Equal(version == "mqttv5" ? 5 : 4, row.Json("req_body").GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Rows_OfMqttNet_EqualTheLog(MqttProtocolVersion version)
    {
        await using var broker = await Mosquitto.StartAsync(anonymous: true, Cancel);
        var options = new MqttClientOptionsBuilder().WithTcpServer("127.0.0.1", broker.Port)
            .WithProtocolVersion(version).WithClientId("thermometer").Build();
        using var client = new MqttClientFactory().CreateMqttClient();
        var received = 0;
        client.ApplicationMessageReceivedAsync += _ =>
        {
            Interlocked.Increment(ref received);
            return Task.CompletedTask;
        };

        await client.ConnectAsync(options, Cancel);
        await client.SubscribeAsync("home/+", MqttQualityOfServiceLevel.ExactlyOnce, Cancel);
        for (var i = 0; i < 60; i++)
        {
            var quality = (MqttQualityOfServiceLevel)(i % 3);
            await client.PublishStringAsync("home/t", $"{i} degrees", quality, cancellationToken: Cancel);
        }

        await client.PingAsync(Cancel);
        await Poll.UntilAsync(
            () => Task.FromResult(received == 60), TimeSpan.FromSeconds(10), () => $"60 came, not {received}", Cancel);
        await client.UnsubscribeAsync("home/+", Cancel);
        await client.DisconnectAsync(cancellationToken: Cancel);
        await broker.WaitForLogAsync("Received DISCONNECT", 1, Cancel);
        var rows = await AssertEqualLogAsync(broker);
        Assert.Equal(
            Enumerable.Range(0, 60).Select(i => $"{i} degrees").Order(),
            rows.Where(row => (row.Text("req_cmd"), row.Text("sender")) == ("PUBLISH", "client"))
                .Select(row => row.Json("req_body").GetProperty("payload").GetString()).Order());
        var connect = rows.Single(row => row.Text("req_cmd") == "CONNECT");
        Assert.Equal("thermometer", connect.Json("req_body").GetProperty("client_id").GetString());
    }

    [Theory]
    [InlineData("mqttv311", 5)]
    [InlineData("mqttv5", 135)]
    public async Task Rows_OfARefusedClient_HaveTheReasonAndNoPassword(string version, int code)
    {
        await using var broker = await Mosquitto.StartAsync(anonymous: false, Cancel);
        var publish = Programs.Require("mosquitto_pub", "mosquitto-clients");

        string[] server = ["-h", "127.0.0.1", "-p", $"{broker.Port}", "-V", version];
        await using var client = ChildProcess.Start(
            publish, [.. server, "-u", "me", "-P", "hush-hush", "-t", "a", "-m", "b"]);
        await client.WaitForExitAsync(Cancel);

        Assert.NotEqual(0, client.ExitCode);
        var row = Assert.Single(await Events.WaitAsync(broker.Port, 1, null, Cancel));
        Assert.Equal(
            ("CONNECT", "CONNACK", (long)code),
            (row.Text("req_cmd"), row.Text("resp_cmd"), row.Number("resp_code")));
        Assert.Equal("me", row.Json("req_body").GetProperty("username").GetString());
        Assert.DoesNotContain("hush-hush", row.ToString(), StringComparison.Ordinal);
    }

    private static string Packet(EventRow row)
    {
        var detail = row.Text("req_cmd") switch
        {
            "PUBLISH" => $" q{row.Number("qos")} m{row.Number("packet_id")} {row.Text("topic")} "
                + $"{row.Json("req_body").GetProperty("size").GetInt32()}",
            "PUBREL" => $" m{row.Number("packet_id")}",
            _ => "",
        };
        return $"{row.Text("sender")} {row.Text("req_cmd")}{detail}";
    }

    private async Task<IReadOnlyList<EventRow>> AssertEqualLogAsync(Mosquitto broker)
    {
        var rows = await Events.WaitAsync(broker.Port, broker.Packets().Count, null, Cancel);
        Assert.Equal(broker.Packets().Order(), rows.Select(Packet).Order());
        Assert.Equal(
            broker.Answers().Order(),
            rows.Select(row => row.Text("resp_cmd")).Where(answer => answer.Length > 0).Order());
        return rows;
    }
}
