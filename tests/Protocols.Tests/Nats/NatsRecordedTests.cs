using PixieOrleans.Protocols.Nats;

namespace PixieOrleans.Protocols.Tests.Nats;

/// <summary>A nats-server and a client that asks for +OK; the last line of the client is no NATS.</summary>
public sealed class NatsRecordedTests
{
    private const string Name = "nats/nats-server-raw";

    [Fact]
    public void OnData_VerboseClient_HasAnswersAndMessagesAsRows() => Assert.Equal(
        [
            "CONNECT OK {\"verbose\":true,\"headers\":true,\"name\":\"rec\"}",
            "SUB OK {\"subject\":\"foo.*\",\"queue_group\":\"workers\",\"sid\":\"1\"}",
            "SUB OK {\"subject\":\"bar\",\"sid\":\"2\"}",
            "PUB OK {\"subject\":\"foo.a\",\"reply_to\":\"inbox.1\",\"size\":11,\"payload\":\"hello\\r\\nyou!\"}",
            "MSG  {\"subject\":\"foo.a\",\"sid\":\"1\",\"reply_to\":\"inbox.1\",\"size\":11,"
                + "\"payload\":\"hello\\r\\nyou!\"}",
            "HPUB OK {\"subject\":\"foo.b\",\"size\":5,\"headers\":{\"A\":\"1\",\"B\":\"x\",\"A\":\"2\"},"
                + "\"payload\":\"world\"}",
            "HMSG  {\"subject\":\"foo.b\",\"sid\":\"1\",\"size\":5,\"headers\":{\"A\":\"1\",\"B\":\"x\",\"A\":\"2\"},"
                + "\"payload\":\"world\"}",
            "PUB OK {\"subject\":\"bar\",\"size\":0,\"payload\":\"\"}",
            "MSG  {\"subject\":\"bar\",\"sid\":\"2\",\"size\":0,\"payload\":\"\"}",
            "PUB OK {\"subject\":\"bar\",\"size\":2,\"payload\":\"hi\"}",
            "MSG  {\"subject\":\"bar\",\"sid\":\"2\",\"size\":2,\"payload\":\"hi\"}",
            "PUB OK {\"subject\":\"foo.c\",\"size\":3,\"payload\":\"abc\"}",
            "MSG  {\"subject\":\"foo.c\",\"sid\":\"1\",\"size\":3,\"payload\":\"abc\"}",
            "UNSUB OK {\"sid\":\"1\",\"max_msgs\":\"10\"}",
            "UNSUB OK {\"sid\":\"2\"}",
            "PUB ERR {\"subject\":\"bad..subject\",\"size\":1,\"payload\":\"x\","
                + "\"error\":\"'Invalid Publish Subject'\"}",
            "-ERR ERR {\"error\":\"'Unknown Protocol Operation'\"}",
        ],
        Replay(int.MaxValue).Skip(1));

    [Fact]
    public void OnData_InPieces_YieldsTheSameRows()
    {
        var expected = Replay(int.MaxValue);

        foreach (var chunk in Enumerable.Range(1, 60))
        {
            Assert.Equal(expected, Replay(chunk));
        }
    }

    [Fact]
    public void OnData_ChangedBytes_NeverThrowAndStayBounded() =>
        BrokerFixture.Fuzz(options => new NatsProtocol(options), Name, 3000);

    private static List<string> Replay(int chunk) =>
        [.. BrokerFixture.Replay(options => new NatsProtocol(options), Name, chunk, invalid: null).Select(row =>
            $"{row.Text("cmd")} {row.Text("resp")} {row.Text("body")}")];
}
