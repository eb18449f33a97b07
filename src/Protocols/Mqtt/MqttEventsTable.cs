using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>Table mqtt_events.</summary>
public static class MqttEventsTable
{
    /// <summary>Name and columns.</summary>
    public static TableSchema Schema { get; } = new(
        "mqtt_events",
        "Packets of MQTT, one row per exchange.",
        [
            .. ConnectionColumns.Schema,
            new("sender", DataType.String, SemanticType.None, PatternType.GeneralEnum,
                "Who sent the first packet: client or server."),
            new("req_cmd", DataType.String, SemanticType.None, PatternType.GeneralEnum, "MQTT packet type."),
            new("packet_id", DataType.Int64, SemanticType.None, PatternType.General,
                "Packet identifier, 0 when the packet has none."),
            new("topic", DataType.String, SemanticType.None, PatternType.General, "Topic of a PUBLISH."),
            new("qos", DataType.Int64, SemanticType.None, PatternType.GeneralEnum, "Quality of service of a PUBLISH."),
            new("req_body", DataType.String, SemanticType.None, PatternType.Structured,
                "Fields of the packet as JSON."),
            new("resp_cmd", DataType.String, SemanticType.None, PatternType.GeneralEnum,
                "Packet type of the answer, empty without one."),
            new("resp_code", DataType.Int64, SemanticType.None, PatternType.GeneralEnum,
                "Reason code of the answer, the highest of several, -1 without one."),
            new("resp_body", DataType.String, SemanticType.None, PatternType.Structured,
                "Fields of the answer as JSON."),
            new("latency", DataType.Int64, SemanticType.DurationNs, PatternType.MetricGauge,
                "Answer time minus request time, ns (0 without an answer)."),
        ]);

    internal static void Write(
        SessionContext context, ref ConnectionAddresses addresses, in MqttRow row, CellText topic, CellText request)
    {
        ConnectionColumns.Write(context, ref addresses, row.TimeNs);
        var rows = context.Rows;
        rows.WriteString(row.FromClient ? "client"u8 : "server"u8);
        rows.WriteString(row.Type.Utf8);
        rows.WriteInt64(row.PacketId);
        topic.WriteTo(rows, context.Counters);
        rows.WriteInt64(row.Qos);
        request.WriteJsonTo(rows, context.Counters);
        if (row.Answer is { } answer)
        {
            rows.WriteString(answer.Utf8);
            rows.WriteInt64(row.AnswerCode);
            row.AnswerBody!.WriteJsonTo(rows, context.Counters);
        }
        else
        {
            rows.WriteString(default);
            rows.WriteInt64(-1);
            rows.WriteString(default);
        }

        rows.WriteInt64(row.LatencyNs);
        rows.EndRow();
    }
}

/// <summary>Cells of a row; an answer's are null without one.</summary>
internal readonly record struct MqttRow(
    long TimeNs,
    bool FromClient,
    MqttType Type,
    int PacketId,
    int Qos,
    MqttType? Answer,
    int AnswerCode,
    CellText? AnswerBody,
    long LatencyNs);
