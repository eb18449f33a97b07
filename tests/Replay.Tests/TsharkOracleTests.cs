using System.Text;
using System.Text.Json;

namespace PixieOrleans.Replay.Tests;

/// <summary>Rows of recordings of real servers, compared with what tshark decodes of the same packets.</summary>
public sealed class TsharkOracleTests
{
    [Theory]
    [InlineData("http.pcap")]
    [InlineData("http.pcapng")]
    [InlineData("http-any.pcap")]
    public void Http_OfNginxAndCurl_HasTheSameExchanges(string recording)
    {
        var requests = Tshark.ByPort(
            recording, [], "http.request", "tcp.srcport", "http.request.method", "http.request.uri");
        var responses = Tshark.ByPort(recording, [], "http.response", "tcp.dstport", "http.response.code");

        var rows = Replayed.Of(recording).Rows("http_events", "req_method", "req_path", "resp_status");

        Assert.NotEmpty(rows);
        Assert.Equal(OnceEach(recording, requests).Zip(OnceEach(recording, responses), (q, a) => $"{q}|{a}"), rows);
    }

    [Fact]
    public void Http2_OfNghttpdAndCurl_HasTheSameExchanges()
    {
        string[] decode = ["tcp.port==18451,http2"];
        var paths = Values(Tshark.Fields("http2.pcap", decode, "http2.headers.path", "http2.headers.path"));
        var states = Values(Tshark.Fields("http2.pcap", decode, "http2.headers.status", "http2.headers.status"));

        var replayed = Replayed.Of("http2.pcap");

        Assert.Equal(paths.Order(), replayed.Rows("http_events", "req_path").Order());
        Assert.Equal(states.Order(), replayed.Rows("http_events", "resp_status").Order());
        Assert.All(replayed.Rows("http_events", "major_version"), version => Assert.Equal("2", version));
    }

    [Fact]
    public void Pgsql_OfPostgresAndPgbench_HasTheSameQueries()
    {
        string[] decode = ["tcp.port==15432,pgsql"];
        var expected = Tshark.ByPort("pgsql.pcap", decode, "pgsql.query", "tcp.srcport", "pgsql.query");
        var executed = Tshark.Fields("pgsql.pcap", decode, "pgsql.type contains \"Execute\"", "frame.number");

        var replayed = Replayed.Of("pgsql.pcap");

        var texts = replayed.Rows("pgsql_events", "req_cmd", "req").Select(row => row.Split('|', 2));
        Assert.Equal(expected, texts.Where(row => row[0] is "Query" or "Parse").Select(row => row[1]));
        Assert.Equal(executed.Count, replayed.Rows("pgsql_events", "req_cmd").Count(command => command == "Execute"));
    }

    [Fact]
    public void Redis_OfRedisCliAndBenchmark_HasTheSameCommands()
    {
        var expected = Tshark
            .ByPort("redis.pcap", ["tcp.port==16379,resp"], "resp && tcp.dstport==16379", "tcp.srcport",
                "resp.bulk_string.value")
            .Select(values => Encoding.ASCII.GetString(Convert.FromHexString(values.Split(',')[0])));

        var commands = Replayed.Of("redis.pcap").Rows("redis_events", "req_cmd").ToList();

        var pipelined = commands.FindLastIndex(command => command == "CONFIG GET"); // two commands in one segment
        commands.RemoveAt(pipelined);
        Assert.Equal(expected, commands.Select(command => command.Split(' ')[0]));
    }

    [Fact]
    public void Mysql_OfMariadb_HasTheSameCommands()
    {
        var expected = Tshark.ByPort(
            "mysql.pcap", ["tcp.port==13306,mysql"], "mysql.command", "tcp.srcport", "mysql.command", "mysql.query");

        var rows = Replayed.Of("mysql.pcap").Rows("mysql_events", "req_cmd", "req_body");

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Dns_OfDnsmasqAndDig_HasTheSameAnswers()
    {
        var expected = Tshark
            .Fields("dns.pcap", ["udp.port==15353,dns", "tcp.port==15353,dns"], "dns.flags.response==1",
                "dns.id", "dns.qry.name", "dns.flags.rcode")
            .Select(line => $"{Convert.ToInt32(line[0], 16)} {line[1]} {line[2]}");

        var rows = Replayed.Of("dns.pcap").Rows("dns_events", "resp_header", "req_body").Select(row => row.Split('|'));

        Assert.Equal(expected.Order(), rows.Select(row => DnsText(row[0], row[1])).Order());
    }

    [Fact]
    public void Kafka_OfLibrdkafka_HasTheSameRequests()
    {
        var port = Tshark.Fields("kafka.pcap", [], "tcp.flags.syn==1 && tcp.flags.ack==0", "tcp.dstport")[0][0];
        var expected = Tshark.ByPort(
            "kafka.pcap", [$"tcp.port=={port},kafka"], "kafka.request_key", "tcp.srcport", "kafka.request_key");

        var rows = Replayed.Of("kafka.pcap").Rows("kafka_events.beta", "req_cmd");

        Assert.Equal(expected, rows);
    }

    [Fact]
    public void Mqtt_OfMosquitto_HasTheSameTopics()
    {
        var expected = Values(Tshark.Fields("mqtt.pcap", ["tcp.port==11883,mqtt"], "mqtt.msgtype==3", "mqtt.topic"));

        var rows = Replayed.Of("mqtt.pcap").Rows("mqtt_events", "req_cmd", "topic");

        Assert.Equal(expected, rows.Where(row => row.StartsWith("PUBLISH|", StringComparison.Ordinal))
            .Select(row => row.Split('|')[1]));
    }

    [Fact]
    public void Amqp_OfRabbitmq_HasTheSameMethods()
    {
        var lines = Tshark.Fields(
            "amqp.pcap", ["tcp.port==15672,amqp"], "amqp.method.class", "amqp.method.class", "amqp.method.method");
        var expected = lines.SelectMany(line => line[0].Split(',').Zip(line[1].Split(','), (c, m) => $"{c}|{m}"));

        var replayed = Replayed.Of("amqp.pcap");

        var methods = replayed.Rows("amqp_events", "frame_type", "req_class_id", "req_method_id")
            .Where(row => row.StartsWith("1|", StringComparison.Ordinal)).Select(row => row[2..])
            .Concat(replayed.Rows("amqp_events", "resp_class_id", "resp_method_id"))
            .Where(method => !method.EndsWith("|0", StringComparison.Ordinal)); // rows of contents, of one-way methods
        Assert.Equal(expected.Order(), methods.Order());
    }

    // tshark has no dissector of NATS: the text of the session is what record.sh sends.
    [Fact]
    public void Nats_OfNatsServer_HasTheSameMessages() => Assert.Equal(
        ["INFO", "CONNECT", "SUB", "PUB", "MSG", "PUB", "PUB", "MSG"],
        Replayed.Of("nats.pcap").Rows("nats_events.beta", "cmd"));

    [Theory]
    [InlineData("http.pcap")]
    [InlineData("redis.pcap")]
    [InlineData("amqp.pcap")]
    public void Times_OfRows_AreThoseOfPackets(string recording)
    {
        var times = Tshark.Fields(recording, [], "tcp.len > 0", "frame.time_epoch")
            .Select(line => decimal.ToInt64(decimal.Parse(line[0]) * 1_000_000_000)).ToHashSet();
        var table = recording.Split('.')[0] + "_events";

        var rows = Replayed.Of(recording).Rows(table, "time_");

        Assert.NotEmpty(rows);
        Assert.All(rows, time => Assert.Contains(long.Parse(time), times));
    }

    // "any" shows a packet of the loopback twice: when it is sent and when it is received.
    private static IEnumerable<string> OnceEach(string recording, List<string> lines) =>
        recording == "http-any.pcap" ? lines.Distinct() : lines;

    private static IEnumerable<string> Values(List<string[]> lines) => lines.SelectMany(line => line[0].Split(','));

    private static string DnsText(string header, string body)
    {
        var (head, question) = (JsonElement.Parse(header), JsonElement.Parse(body));
        var name = question.GetProperty("queries")[0].GetProperty("name").GetString();
        return $"{head.GetProperty("txid")} {name} {head.GetProperty("rcode")}";
    }
}
