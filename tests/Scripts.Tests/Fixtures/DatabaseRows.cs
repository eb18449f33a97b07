namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>What the pods of a service ask a database: CQL and MongoDB.</summary>
internal static class DatabaseRows
{
    private const int Requests = 20;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        var node = nodeOf(FixturePod.Db);
        for (var n = 0; n < Requests; n++)
        {
            var peer = (n % 2 == 0 ? FixturePod.Cart1 : FixturePod.Cart2).Ip;
            (string Column, object Value)[] Row(int port, params (string Column, object Value)[] cells) =>
                Events.Row(n, FixturePod.Db, Events.Server, peer, port, [.. cells, ("latency", Events.Latency(n))]);

            node.Rows("cql_events").Add(Row(9042,
                ("req_op", 7),
                ("req_body", "SELECT * FROM carts"),
                ("resp_op", n == 8 ? 0 : 8),
                ("resp_body", "Response type = ROWS")));
            node.Rows("mongodb_events").Add(Row(27017,
                ("req_cmd", "find"),
                ("req_body", """{"find":"carts"}"""),
                ("resp_status", "cursor"),
                ("resp_body", """{"cursor":{"id":0}}""")));
        }
    }
}
