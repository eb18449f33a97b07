using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

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
            new("ja4", DataType.String, SemanticType.None, PatternType.General,
                "JA4 fingerprint of what the client offers."),
        ]);

    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        long timeNs,
        CellText request,
        CellText response,
        long latencyNs,
        ReadOnlySpan<byte> fingerprint)
    {
        ConnectionColumns.WriteUnencrypted(context, ref addresses, timeNs);
        context.Rows.WriteInt64((long)TlsContent.Handshake);
        request.WriteJsonTo(context.Rows, context.Counters);
        response.WriteJsonTo(context.Rows, context.Counters);
        context.Rows.WriteInt64(latencyNs);
        context.Rows.WriteString(fingerprint);
        context.Rows.EndRow();
        context.Counters.Records++;
    }
}
