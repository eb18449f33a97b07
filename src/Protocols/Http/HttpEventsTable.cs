using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>Table http_events: one row per exchange of HTTP/1.x or HTTP/2.</summary>
public static class HttpEventsTable
{
    private const long ContentTypeUnknown = 0;
    private const long ContentTypeJson = 1;

    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "http_events",
        "Requests and responses of HTTP, one row per exchange.",
        [.. ConnectionColumns.Schema, .. HttpColumns()]);

    private static ReadOnlySpan<byte> NoResponse => "No response"u8;

    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        HttpExchange exchange,
        long timeNs,
        HttpOptions options)
    {
        var rows = context.Rows;
        var (request, response) = (exchange.Request, exchange.Response);
        var answered = exchange.HasResponse;
        ConnectionColumns.Write(context, ref addresses, timeNs);
        rows.WriteInt64(1);
        rows.WriteInt64(answered ? response.MinorVersion : request.MinorVersion);
        rows.WriteInt64(response.ContentClass == HttpContentClass.Json ? ContentTypeJson : ContentTypeUnknown);
        rows.WriteString(request.Headers);
        rows.WriteString(request.Line);
        rows.WriteString(request.Target);
        request.WriteBody(rows, HttpMessageKind.Request, options, context.Counters);
        rows.WriteInt64(request.BodyBytes);
        rows.WriteString(answered ? response.Headers : "{}"u8);
        rows.WriteInt64(response.Status);
        rows.WriteString(answered ? response.Line : NoResponse);
        response.WriteBody(rows, HttpMessageKind.Response, options, context.Counters);
        rows.WriteInt64(response.BodyBytes);
        rows.WriteInt64(answered ? Math.Max(0, response.TimeNs - request.TimeNs) : 0);
        rows.EndRow();
    }

    private static ImmutableArray<ColumnSchema> HttpColumns() =>
    [
        new("major_version", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
            "HTTP major version: 1 or 2."),
        new("minor_version", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
            "HTTP minor version; always 0 for HTTP/2."),
        new("content_type", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
            "Payload class: 0 unknown, 1 JSON, 2 gRPC."),
        new("req_headers", DataType.String, SemanticType.None, PatternType.Structured,
            "Request headers as one JSON object."),
        new("req_method", DataType.String, SemanticType.HttpReqMethod, PatternType.GeneralEnum, "Request method."),
        new("req_path", DataType.String, SemanticType.None, PatternType.Structured, "Request target."),
        new("req_body", DataType.String, SemanticType.None, PatternType.Structured,
            "Request body text, cut at the body limit."),
        new("req_body_size", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge,
            "Request body length in bytes before cutting."),
        new("resp_headers", DataType.String, SemanticType.None, PatternType.Structured,
            "Response headers as one JSON object."),
        new("resp_status", DataType.Int64, SemanticType.HttpRespStatus, PatternType.GeneralEnum,
            "Status code (-1 when HTTP/2 gave none)."),
        new("resp_message", DataType.String, SemanticType.HttpRespMessage, PatternType.Structured,
            "Reason phrase; always OK for HTTP/2."),
        new("resp_body", DataType.String, SemanticType.None, PatternType.Structured,
            "Response body text (gunzipped), cut at the body limit."),
        new("resp_body_size", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge,
            "Response body length in bytes before cutting."),
        new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
            "Response time minus request time, ns (0 when either is missing)."),
    ];
}
