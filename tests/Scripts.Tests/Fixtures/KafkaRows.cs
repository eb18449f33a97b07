namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Kafka: one pod writes to a topic of two partitions, another fetches; a consumer group rebalances.</summary>
internal static class KafkaRows
{
    private const int Requests = 12;
    private const int Port = 9092;

    // API keys.
    private const int Produce = 0;
    private const int Fetch = 1;
    private const int JoinGroup = 11;
    private const int SyncGroup = 14;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        var rows = nodeOf(FixturePod.Broker).Rows("kafka_events.beta");
        for (var n = 0; n < Requests; n++)
        {
            var partition = $"{n % 2}";
            var records = Topic(partition, $$"""
                "message_set":{"size":{{100 + n}}}
                """);
            rows.Add(Row(n, FixturePod.Cart1, Produce, "cart", records, Topic(partition, $"\"base_offset\":{n}")));
            rows.Add(Row(n + 2, FixturePod.Front, Fetch, "front", Topic(partition, $"\"fetch_offset\":{n}"), records));
        }

        for (var member = 0; member < 2; member++)
        {
            var ids = $"\"generation_id\":3,\"member_id\":\"m{member}\"}}";
            rows.Add(Row(4 + member, FixturePod.Front, JoinGroup, "front",
                """{"group_id":"billing","member_id":""}""", "{" + ids));
            rows.Add(Row(6 + member, FixturePod.Front, SyncGroup, "front",
                """{"group_id":"billing",""" + ids, """{"error_code":0}"""));
        }
    }

    private static string Topic(string partition, string more) => $$"""
        {"topics":[{"name":"orders","partitions":[{"index":{{partition}},{{more}}}]}]}
        """;

    private static (string Column, object Value)[] Row(
        int n, FixturePod peer, int apiKey, string client, string request, string response) =>
        Events.Row(n, FixturePod.Broker, Events.Server, peer.Ip, Port,
            ("req_cmd", apiKey),
            ("client_id", client),
            ("req_body", request),
            ("resp", response),
            ("latency", Events.Latency(n)));
}
