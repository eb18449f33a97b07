namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Messages of a broker: AMQP, NATS and Mux; and DNS, as the asking pod saw it.</summary>
internal static class MessageRows
{
    private const int Messages = 12;

    // Numbers of AMQP: frame types, class basic and two of its methods.
    private const int Method = 1;
    private const int ContentHeader = 2;
    private const int Basic = 60;
    private const int Publish = 40;
    private const int Deliver = 60;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        for (var n = 0; n < Messages; n++)
        {
            WriteBroker(nodeOf(FixturePod.Broker), n);
            WriteDns(nodeOf(FixturePod.Front), n);
        }
    }

    private static void WriteBroker(FixtureNode node, int n)
    {
        (string Column, object Value)[] Row(FixturePod peer, int port, params (string Column, object Value)[] cells) =>
            Events.Row(n, FixturePod.Broker, Events.Server, peer.Ip, port, cells);

        node.Rows("nats_events.beta").Add(Row(FixturePod.Cart1, 4222,
            ("cmd", "PUB"), ("body", """{"subject":"orders","payload":"1"}"""), ("resp", "OK")));
        node.Rows("mux_events").Add(Row(FixturePod.Cart2, 9990, ("req_type", 2), ("latency", Events.Latency(n))));

        var amqp = node.Rows("amqp_events");
        amqp.Add(Row(FixturePod.Cart1, 5672,
            ("frame_type", Method), ("channel", 1), ("req_class_id", Basic), ("req_method_id", Publish),
            ("req_msg", """{"exchange":"","routing_key":"orders"}""")));
        amqp.Add(Row(FixturePod.Cart1, 5672,
            ("frame_type", ContentHeader), ("channel", 1), ("req_class_id", Basic),
            ("req_msg", $$"""{"body_size":{{100 + n}}}""")));
        amqp.Add(Row(FixturePod.Front, 5672,
            ("frame_type", Method), ("channel", 1), ("resp_class_id", Basic), ("resp_method_id", Deliver),
            ("resp_msg", """{"consumer_tag":"c1","routing_key":"orders"}""")));
    }

    private static void WriteDns(FixtureNode node, int n)
    {
        var name = n % 3 == 0 ? "cart.shop.svc.cluster.local" : "api.example.com";
        var isKnown = n % 4 != 3;
        node.Rows("dns_events").Add(Events.Row(n, FixturePod.Front, Events.Client, "192.0.2.53", 53,
            ("req_header", """{"txid":1,"qr":0,"opcode":0,"rcode":0,"num_queries":1}"""),
            ("req_body", $$"""{"queries":[{"name":"{{name}}","type":"A"}]}"""),
            ("resp_header", $$"""{"txid":1,"qr":1,"opcode":0,"rcode":{{(isKnown ? 0 : 3)}},"num_queries":1}"""),
            ("resp_body", isKnown
                ? $$"""{"answers":[{"name":"{{name}}","type":"A","addr":"{{Events.Outside}}"}]}"""
                : """{"answers":[]}"""),
            ("latency", Events.Latency(n))));
    }
}
