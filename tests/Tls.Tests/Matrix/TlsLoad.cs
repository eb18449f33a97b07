namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>What all clients of a protocol ask for, and where its rows are.</summary>
/// <param name="Name">Of the protocol.</param>
/// <param name="Table">Table of its rows.</param>
/// <param name="Columns">Columns that are the same in plain text and over TLS.</param>
/// <param name="Requests">
/// Texts that rows hold, all of them at least once: what a client asks for, as <see cref="Columns"/> show it.
/// </param>
internal sealed record TlsLoad(string Name, string Table, string[] Columns, IReadOnlyList<string> Requests)
{
    private static readonly string[] HttpColumns =
    [
        "major_version", "req_method", "req_path", "req_body_size", "req_body", "resp_status", "resp_body_size",
        "resp_body",
    ];

    private static readonly string[] HttpTexts =
        [.. HttpRequest.All.Select(r => $"{r.Method} {r.Path} {r.BodyBytes} ")];

    /// <summary>HTTP/1.1.</summary>
    public static TlsLoad Http1 { get; } = new("HTTP/1", "http_events", HttpColumns, HttpTexts);

    /// <summary>HTTP/2, of who knows that the server speaks it (ALPN over TLS, prior knowledge in plain text).</summary>
    public static TlsLoad Http2 { get; } = new("HTTP/2", "http_events", HttpColumns, HttpTexts);

    /// <summary>All loads.</summary>
    public static IReadOnlyList<TlsLoad> All { get; } = [Http1, Http2];

    /// <summary>The name, for the names of tests.</summary>
    public override string ToString() => Name;
}

/// <summary>A request of the loads of HTTP.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">Path and query.</param>
/// <param name="BodyBytes">Length of the body, which is so many letters x.</param>
internal sealed record HttpRequest(string Method, string Path, int BodyBytes)
{
    /// <summary>
    /// All, in their order. A body of more than 16 KiB takes several records of TLS; servers that cannot make it answer in
    /// short, plain and over TLS alike. The posted one fits into the flight of its header: nginx answers before it reads.
    /// </summary>
    public static IReadOnlyList<HttpRequest> All { get; } =
    [
        new("GET", "/", 0),
        new("GET", "/one?x=1", 0),
        new("GET", "/status/404", 0),
        new("GET", "/size/40000", 0),
        new("POST", "/echo", 12_000),
        new("GET", "/two", 0),
    ];

    /// <summary>The body.</summary>
    public string Body => new('x', BodyBytes);
}
