namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>HTTP: a front end asks two pods, is asked from outside, and sends a mail address away.</summary>
internal static class HttpRows
{
    private const int Requests = 48;

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        for (var n = 0; n < Requests; n++)
        {
            var cart = n % 3 == 0 ? FixturePod.Cart2 : FixturePod.Cart1;
            var path = n % 12 == 0 ? "/healthz" : $"/items/{n % 7}";
            Add(nodeOf, n, cart, Events.Server, FixturePod.Front.Ip, 8080, path);
            if (n % 4 == 0)
            {
                Add(nodeOf, n, FixturePod.Front, Events.Server, "198.51.100.7", 80, "/");
            }

            if (n % 8 == 0)
            {
                Add(nodeOf, n, FixturePod.Front, Events.Client, Events.Outside, 443, "/mail");
            }
        }
    }

    private static void Add(
        Func<FixturePod, FixtureNode> nodeOf, int n, FixturePod pod, int role, string peer, int port, string path)
    {
        var status = n % 10 == 9 ? 500 : 200;
        var request = path == "/mail" ? $$"""{"to":"ann{{n}}@example.com"}""" : "";
        var response = new string('x', 10 + n);
        nodeOf(pod).Rows("http_events").Add(Events.Row(n, pod, role, peer, port,
            ("major_version", 1),
            ("minor_version", 1),
            ("req_headers", $$"""{"Host":"{{pod.Service}}","traceparent":"00-{{n / 4:x32}}-{{n:x16}}-01"}"""),
            ("req_method", n % 4 == 1 ? "POST" : "GET"),
            ("req_path", path),
            ("req_body", request),
            ("req_body_size", request.Length),
            ("resp_headers", """{"Content-Type":"text/plain"}"""),
            ("resp_status", status),
            ("resp_message", status == 200 ? "OK" : "Internal Server Error"),
            ("resp_body", response),
            ("resp_body_size", response.Length),
            ("latency", Events.Latency(n))));
    }
}
