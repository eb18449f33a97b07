namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>What the pods of a service ask a database: MySQL, PostgreSQL, Redis, CQL and MongoDB.</summary>
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

            node.Rows("mysql_events").Add(Row(3306,
                ("req_cmd", n == 7 ? 1 : 3),
                ("req_body", $"SELECT name FROM items WHERE id = {n % 3}"),
                ("resp_status", n == 7 ? 1 : n == 8 ? 3 : 2),
                ("resp_body", n == 8 ? "Unknown column" : "Resultset rows = 1")));
            node.Rows("pgsql_events").Add(Row(5432,
                ("req_cmd", "Query"),
                ("req", $"SELECT price FROM items WHERE id = {n % 3}"),
                ("resp", "price\n7\nSELECT 1")));
            node.Rows("redis_events").Add(Row(6379,
                ("req_cmd", n % 4 == 0 ? "SET" : "GET"),
                ("req_args", $$"""{"key":"cart:{{n}}"}"""),
                ("resp", "OK")));
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
