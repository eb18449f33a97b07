using System.Collections.Frozen;
using System.Text;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>Properties of version 5 as JSON.</summary>
/// <remarks>Layout: identifier, 1 byte, then a value of the identifier's type. Source: MQTT 5.0, 2.2.2.</remarks>
internal static class MqttProperties
{
    private const byte UserProperty = 38;

    // Identifier: name, type (1, 2, 4 bytes; v varint; s text; b bytes).
    private static readonly FrozenDictionary<byte, (byte[] Name, char Type)> Table = new (byte, string, char)[]
    {
        (1, "payload_format_indicator", '1'), (2, "message_expiry_interval", '4'), (3, "content_type", 's'),
        (8, "response_topic", 's'), (9, "correlation_data", 'b'), (11, "subscription_identifier", 'v'),
        (17, "session_expiry_interval", '4'), (18, "assigned_client_identifier", 's'), (19, "server_keep_alive", '2'),
        (21, "authentication_method", 's'), (22, "authentication_data", 'b'), (23, "request_problem_information", '1'),
        (24, "will_delay_interval", '4'), (25, "request_response_information", '1'), (26, "response_information", 's'),
        (28, "server_reference", 's'), (31, "reason_string", 's'), (33, "receive_maximum", '2'),
        (34, "topic_alias_maximum", '2'), (35, "topic_alias", '2'), (36, "maximum_qos", '1'),
        (37, "retain_available", '1'), (39, "maximum_packet_size", '4'), (40, "wildcard_subscription_available", '1'),
        (41, "subscription_identifiers_available", '1'), (42, "shared_subscription_available", '1'),
    }.ToFrozenDictionary(row => row.Item1, row => (Encoding.ASCII.GetBytes(row.Item2), row.Item3));

    /// <summary>Writes ,"properties":{...} when there are any; false when they make no sense.</summary>
    public static bool Write(ReadOnlySpan<byte> bytes, CellText text)
    {
        if (bytes.IsEmpty)
        {
            return true;
        }

        var reader = new MqttReader(bytes);
        var (first, userProperties) = (true, 0);
        text.Append(",\"properties\":{"u8);
        while (!reader.Rest.IsEmpty)
        {
            var id = reader.UInt8();
            if (id == UserProperty)
            {
                userProperties++;
                reader.Text();
                reader.Text();
            }
            else if (Table.TryGetValue(id, out var property))
            {
                text.Append(first ? "\""u8 : ",\""u8);
                WriteProperty(property.Name, property.Type, ref reader, text);
                first = false;
            }
            else
            {
                text.Append("}"u8);
                return false;
            }
        }

        if (userProperties > 0)
        {
            text.Append(first ? default : ","u8);
            WriteUserProperties(bytes, text);
        }

        text.Append("}"u8);
        return !reader.IsStarved;
    }

    private static void WriteProperty(ReadOnlySpan<byte> name, char type, ref MqttReader reader, CellText text)
    {
        text.Append(name);
        text.Append("\":"u8);
        WriteValue(type, ref reader, text);
    }

    // They may stand anywhere and repeat; here all in one object.
    private static void WriteUserProperties(ReadOnlySpan<byte> bytes, CellText text)
    {
        var reader = new MqttReader(bytes);
        var separator = ""u8;
        text.Append("\"user_properties\":{"u8);
        while (!reader.Rest.IsEmpty)
        {
            var id = reader.UInt8();
            if (id != UserProperty)
            {
                Skip(Table[id].Type, ref reader);
                continue;
            }

            text.Append(separator);
            text.AppendJsonString(reader.Text());
            text.Append(":"u8);
            text.AppendJsonString(reader.Text());
            separator = ","u8;
        }

        text.Append("}"u8);
    }

    private static void WriteValue(char type, ref MqttReader reader, CellText text)
    {
        switch (type)
        {
            case 's':
                text.AppendJsonString(reader.Text());
                break;
            case 'b':
                text.Append("{\"size\":"u8); // of bytes that are no text, or a secret
                text.Append(reader.Text().Length);
                text.Append("}"u8);
                break;
            default:
                text.Append(Number(type, ref reader));
                break;
        }
    }

    private static void Skip(char type, ref MqttReader reader)
    {
        if (type is 's' or 'b')
        {
            reader.Text();
        }
        else
        {
            Number(type, ref reader);
        }
    }

    private static uint Number(char type, ref MqttReader reader) => type switch
    {
        '1' => reader.UInt8(),
        '2' => reader.UInt16(),
        '4' => reader.UInt32(),
        _ => reader.VarInt(),
    };
}
