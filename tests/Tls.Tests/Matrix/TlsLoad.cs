namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>What all clients of a protocol ask for, and where its rows are.</summary>
/// <param name="Name">Of the protocol.</param>
/// <param name="Table">Table of its rows.</param>
/// <param name="Columns">Columns that are the same in plain text and over TLS.</param>
/// <param name="Requests">What clients ask for, in the words of the protocol.</param>
/// <param name="Shown">
/// Texts that rows hold, all of them at least once, as <paramref name="Columns"/> show the requests.
/// </param>
internal sealed record TlsLoad(
    string Name, string Table, string[] Columns, IReadOnlyList<string> Requests, IReadOnlyList<string> Shown)
{
    /// <summary>What messages of NATS are about.</summary>
    public const string NatsSubject = "one.two";

    private static readonly string Large = new('y', 30_000); // several records

    private static readonly string[] HttpColumns =
    [
        "major_version", "content_type", "req_method", "req_path", "req_body_size", "req_body", "resp_status",
        "resp_body_size", "resp_body",
    ];

    private static readonly string[] Pages = [.. HttpRequest.All.Select(r => $"{r.Method} {r.Path} {r.BodyBytes} ")];

    private static readonly string[] Selects =
        ["select 'one'", "select 2 as n", "select nothing", "select repeat('x', 40000)", $"select '{Large}'"];

    private static readonly string[] RedisCommands =
        ["SET first value", "GET first", "GET missing", "HSET hash field 1", $"SET large {Large}", "GET large"];

    private static readonly string[] MqttTexts = ["short", "longer text", "one more"];

    /// <summary>HTTP/1.1.</summary>
    public static TlsLoad Http1 { get; } = new("HTTP/1", "http_events", HttpColumns, [], Pages);

    /// <summary>
    /// HTTP/2, of who knows that the server speaks it (ALPN over TLS, prior knowledge in plain text).
    /// </summary>
    public static TlsLoad Http2 { get; } = new("HTTP/2", "http_events", HttpColumns, [], Pages);

    /// <summary>gRPC: the brief calls of tests/Servers/Grpc.</summary>
    public static TlsLoad Grpc { get; } = new(
        "gRPC",
        "http_events",
        HttpColumns,
        [],
        ["/testkit.Calls/Unary", "/testkit.Calls/ClientStream", "/testkit.Calls/Bidi"]);

    /// <summary>PostgreSQL: statements, one of them wrong; TLS after a request for it.</summary>
    public static TlsLoad Pgsql { get; } =
        new("PostgreSQL", "pgsql_events", ["req_cmd", "req", "resp"], Selects, [.. Selects.Select(Beginning)]);

    /// <summary>MySQL: statements, one of them wrong; TLS after the server's greeting.</summary>
    public static TlsLoad Mysql { get; } = new(
        "MySQL",
        "mysql_events",
        ["req_cmd", "req_body", "resp_status", "resp_body"],
        Selects,
        [.. Selects.Select(Beginning)]);

    /// <summary>Redis: commands.</summary>
    public static TlsLoad Redis { get; } = new(
        "Redis",
        "redis_events",
        ["req_cmd", "req_args", "resp"],
        RedisCommands,
        ["SET", "GET", "HSET", "first", "missing"])
    {
        // Clients ask for numbers of connections and figures of the server beside.
        IsCompared = row => row.StartsWith("SET ", StringComparison.Ordinal)
            || row.StartsWith("GET ", StringComparison.Ordinal) || row.StartsWith("HSET ", StringComparison.Ordinal),
    };

    /// <summary>MQTT: messages of all qualities to a topic, the name of which the client chooses.</summary>
    public static TlsLoad Mqtt { get; } = new(
        "MQTT",
        "mqtt_events",
        ["sender", "req_cmd", "packet_id", "topic", "qos", "req_body", "resp_cmd", "resp_code", "resp_body"],
        MqttTexts,
        MqttTexts);

    /// <summary>memcached: commands of its text protocol.</summary>
    public static TlsLoad Memcached { get; } = new(
        "memcached",
        "memcached_events",
        ["req_cmd", "req_key", "req_args", "req_body", "resp_status", "resp_body"],
        ["set first 0 0 5\r\nvalue", "get first", "get missing", $"set large 0 0 30000\r\n{Large}", "get large"],
        ["set first", "get first", "get missing", "get large"]);

    /// <summary>NATS: messages to a subject that the client subscribes to; TLS behind the server's greeting.</summary>
    public static TlsLoad Nats { get; } = new(
        "NATS",
        "nats_events.beta",
        ["cmd", "body", "resp"],
        ["hello", Large],
        ["SUB ", "PUB ", "MSG ", "UNSUB ", "hello"])
    {
        // The greeting has numbers of its own; clients say that they want TLS.
        IsCompared = row => !row.StartsWith("INFO ", StringComparison.Ordinal)
            && !row.StartsWith("CONNECT ", StringComparison.Ordinal),
    };

    /// <summary>Whether a row is the same in each run.</summary>
    public Func<string, bool> IsCompared { get; init; } = _ => true;

    /// <summary>The name, for the names of tests.</summary>
    public override string ToString() => Name;

    private static string Beginning(string statement) => statement[..Math.Min(100, statement.Length)];
}

/// <summary>A request of the loads of HTTP.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Path and query.</param>
/// <param name="BodyBytes">Length of the body, which is so many letters x.</param>
internal sealed record HttpRequest(string Method, string Path, int BodyBytes)
{
    /// <summary>
    /// All, in their order. Bodies of more than 16 KiB take several records of TLS; servers that cannot make them
    /// answer in short, plain and over TLS alike. The largest answer comes before no body: Node.js refuses one that
    /// comes in two records while it still writes 16 KiB and more (HPE_PAUSED).
    /// </summary>
    public static IReadOnlyList<HttpRequest> All { get; } =
    [
        new("GET", "/", 0),
        new("GET", "/one?x=1", 0),
        new("GET", "/status/404", 0),
        new("POST", "/echo", 30_000),
        new("GET", "/size/40000", 0),
        new("GET", "/two", 0),
    ];

    /// <summary>All as the arguments METHOD PATH BYTES…, for the clients in tests/Servers.</summary>
    public static string[] Arguments => [.. All.SelectMany(r => new[] { r.Method, r.Path, $"{r.BodyBytes}" })];

    /// <summary>The body.</summary>
    public string Body => new('x', BodyBytes);
}
