using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>Table memcached_events.</summary>
public static class MemcachedEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "memcached_events",
        "Commands of memcached, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("req_cmd", DataType.String, SemanticType.None, PatternType.General,
                "Command, by its name in the text protocol."),
            new("req_key", DataType.String, SemanticType.None, PatternType.General,
                "The key; several with blanks between."),
            new("req_keys", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Number of keys."),
            new("req_args", DataType.String, SemanticType.None, PatternType.Structured,
                "The other arguments as JSON."),
            new("req_body", DataType.String, SemanticType.None, PatternType.General, "Value to be stored."),
            new("req_body_size", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge,
                "Size of the value to be stored, bytes."),
            new("resp_status", DataType.String, SemanticType.None, PatternType.GeneralEnum,
                "What became of it: HIT, PARTIAL, MISS, STORED, NOT_STORED, EXISTS, NOT_FOUND, DELETED, TOUCHED, OK or "
                + "an error; empty without an answer."),
            new("resp_items", DataType.Int64, SemanticType.None, PatternType.MetricGauge, "Number of values found."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.General,
                "The value found (several as JSON by key), number, figures or message."),
            new("resp_body_size", DataType.Int64, SemanticType.Bytes, PatternType.MetricGauge,
                "Size of the values found, bytes."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Answer time minus request time, ns (0 without an answer)."),
        ]);

    internal static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        MemcachedRequest request,
        ReadOnlySpan<byte> status,
        MemcachedAnswer? answer,
        long timeNs)
    {
        ConnectionColumns.Write(context, ref addresses, timeNs);
        var rows = context.Rows;
        rows.WriteString(request.Name);
        rows.WriteString(request.Keys);
        rows.WriteInt64(request.KeyCount);
        rows.WriteString(request.Arguments);
        rows.WriteString(request.Body);
        rows.WriteInt64(request.BodyBytes);
        rows.WriteString(status);
        rows.WriteInt64(answer?.Items ?? 0);
        rows.WriteString(answer is null ? default : answer.Finish(context.Counters));
        rows.WriteInt64(answer?.Bytes ?? 0);
        rows.WriteInt64(answer is null ? 0 : Math.Max(0, timeNs - request.TimeNs));
        rows.EndRow();
    }
}
