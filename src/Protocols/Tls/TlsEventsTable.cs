using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tls;

/// <summary>Table tls_events.</summary>
public static class TlsEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "tls_events",
        "Handshakes of TLS, one row per handshake.",
        [
            .. ConnectionColumns.Schema.AsSpan(0, 7),
            new("req_type", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "TLS record content type (20..24)."),
            new("req_body", DataType.String, SemanticType.None, PatternType.Structured,
                "Client-side record fields as JSON."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.Structured,
                "Server-side record fields as JSON."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Response time minus request time, ns (0 when either is missing)."),
        ]);
}
