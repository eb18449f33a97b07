namespace PixieOrleans.Protocols.Recognition;

/// <summary>Protocols of binary headers.</summary>
internal static class BinaryRules
{
    private const uint MaxTlsRecord = (1 << 14) + 256;
    private const uint MaxAmqpMethod = 1 << 20;
    private const uint MaxMongoMessage = 48 << 20;
    private const uint MaxKafkaRequest = 100 << 20;
    private const uint MaxCqlFrame = 1 << 24;
    private const uint CqlResponses = 0x1514d; // opcodes as bits: ERROR READY AUTHENTICATE SUPPORTED RESULT EVENT ...
    private const uint CqlRequests = 0xaea2; // STARTUP OPTIONS QUERY PREPARE EXECUTE REGISTER BATCH AUTH_RESPONSE
    private const byte CqlOptions = 5;

    /// <summary>Record of a handshake (RFC 8446 section 5.1) with ClientHello or ServerHello (section 4).</summary>
    public static MessageKind Tls(in RecognitionHead head) =>
        head.Bytes < 6 || head[0] != 0x16 || head[1] != 3 || head[2] > 4 || head.Big16(3) > MaxTlsRecord
            ? MessageKind.None
            : head[5] switch
            {
                1 => MessageKind.Request,
                2 => MessageKind.Response,
                _ => MessageKind.None,
            };

    /// <summary>
    /// Connection preface of HTTP/2 (RFC 9113 section 3.4): the client's text, the server's SETTINGS frame (section
    /// 6.5: length a multiple of 6, stream 0).
    /// </summary>
    public static MessageKind Http2(in RecognitionHead head)
    {
        if (head.Bytes < 9)
        {
            return MessageKind.None;
        }

        if (head.Has(0, "PRI * HTTP/2.0\r\n"u8))
        {
            return MessageKind.Request;
        }

        return head[0] == 0 && head[1] == 0 && head[2] % 6 == 0 && head[2] <= 60 && head[3] == 4 && head[4] == 0
            && head.Big32(5) == 0 && (head[2] == 0 || (head[9] == 0 && head[10] <= 9))
            ? MessageKind.Response
            : MessageKind.None;
    }

    /// <summary>
    /// AMQP 0-9-1: the protocol header (section 4.2.2), or a method frame (section 2.3.5) of Connection.Start,
    /// Start-Ok, Basic.Publish, Basic.Deliver.
    /// </summary>
    public static MessageKind Amqp(in RecognitionHead head)
    {
        if (head.Bytes >= 8 && head.Has(0, "AMQP\0\0\u0009\u0001"u8))
        {
            return MessageKind.Request;
        }

        if (head.Bytes < 11 || head[0] != 1 || head.Big32(3) is < 4 or > MaxAmqpMethod)
        {
            return MessageKind.None;
        }

        return (head.Big16(7), head.Big16(9)) switch
        {
            (10, 10) or (60, 60) => MessageKind.Response,
            (10, 11) or (60, 40) => MessageKind.Request,
            _ => MessageKind.None,
        };
    }

    /// <summary>CONNECT of MQTT 3.1, 3.1.1 and 5 (section 3.1): a length of one or two bytes, the name.</summary>
    public static MessageKind Mqtt(in RecognitionHead head)
    {
        var after = (head[1] & 0x80) != 0 ? 3 : 2;
        if (head.Bytes < 12 || head[0] != 0x10 || (after == 3 && (head[2] & 0x80) != 0))
        {
            return MessageKind.None;
        }

        return head.Has(after, "\0\u0004MQTT"u8) || head.Has(after, "\0\u0006MQIsdp"u8)
            ? MessageKind.Request
            : MessageKind.None;
    }

    /// <summary>Header of a message of MongoDB: length, request id, the request that is answered, opcode.</summary>
    /// <remarks>Ids may be any number: some drivers take random ones.</remarks>
    public static MessageKind Mongo(in RecognitionHead head)
    {
        var (answered, opcode) = (head.Little32(8), head.Little32(12));
        if (head.Bytes < 16 || head.Little32(0) is < 16 or > MaxMongoMessage)
        {
            return MessageKind.None;
        }

        return opcode switch
        {
            2012 or 2013 => answered != 0 ? MessageKind.Response : MessageKind.Request,
            >= 2001 and <= 2007 when answered == 0 => MessageKind.Request,
            1 when answered != 0 && ((head.Little32(4) | answered) >> 31) == 0 => MessageKind.Response,
            _ => MessageKind.None,
        };
    }

    /// <summary>
    /// PostgreSQL: start-up, TLS, GSS and cancel requests (no tag, a code as first field), a whole query, or Parse and
    /// Bind with more messages behind them.
    /// </summary>
    public static MessageKind Pgsql(in RecognitionHead head)
    {
        if (head.Bytes < 6)
        {
            return MessageKind.None;
        }

        var (tagged, next) = (head.Big32(1), head[5]);
        var isRequest = IsPgsqlStart(head) || (char)head[0] switch
        {
            'Q' => tagged >= 6 && tagged < head.Length && IsPrintable(next),
            'P' or 'B' => tagged is >= 8 and < 1 << 20 && tagged + 1UL < head.Length
                && (next == 0 || IsPrintable(next)),
            _ => false,
        };
        return isRequest ? MessageKind.Request : MessageKind.None;
    }

    /// <summary>Request of Kafka: length, API key and version, correlation id, client id.</summary>
    public static MessageKind Kafka(in RecognitionHead head)
    {
        var (length, client) = (head.Big32(0), head.Big16(12));
        if (head.Bytes < 14 || length is < 10 or > MaxKafkaRequest || length + 4UL < head.Length
            || head.Big16(4) > 92 || head.Big16(6) > 20 || head.Big32(8) >> 30 != 0)
        {
            return MessageKind.None;
        }

        return client == 0xffff || (client <= 249 && client + 10 <= length
            && (client == 0 || (head.Bytes >= 15 && IsPrintable(head[14]))))
            ? MessageKind.Request
            : MessageKind.None;
    }

    /// <summary>
    /// Frame header of CQL 3 to 5 (native_protocol_v4.spec section 2). Bit 7 of the version is set in responses; each
    /// opcode goes one way.
    /// </summary>
    public static MessageKind Cql(in RecognitionHead head)
    {
        var (version, opcode, body) = (head[0] & 0x7f, head[4], head.Big32(5));
        if (head.Bytes < 9 || version is < 3 or > 5 || (head[1] & 0xe0) != 0 || opcode > 16 || body > MaxCqlFrame
            || body + 9UL > head.Length + (1 << 20))
        {
            return MessageKind.None;
        }

        var bit = 1U << opcode;
        if ((head[0] & 0x80) != 0)
        {
            return (bit & CqlResponses) != 0 && body + 9UL <= head.Length ? MessageKind.Response : MessageKind.None;
        }

        return (bit & CqlRequests) != 0 && (opcode == CqlOptions) == (body == 0)
            ? MessageKind.Request
            : MessageKind.None;
    }

    /// <summary>
    /// DNS header (RFC 1035 section 4.1.1): a datagram, or behind its length on a stream. One question, few records,
    /// opcode 0, the reserved bit clear.
    /// </summary>
    public static MessageKind Dns(in RecognitionHead head)
    {
        var start = head.IsDatagram ? 0 : 2;
        if (head.Bytes < start + 12 || (start != 0 && head.Big16(0) + 2UL != head.Length) || head.Length < 17)
        {
            return MessageKind.None;
        }

        var flags = head.Big16(start + 2);
        var records = head.Big16(start + 6) + head.Big16(start + 8) + head.Big16(start + 10);
        if (head.Big16(start + 4) != 1 || records > 100 || (flags & 0x7840) != 0)
        {
            return MessageKind.None;
        }

        return (flags & 0x8000) != 0 ? MessageKind.Response
            : records <= 2 && (flags & 0x048f) == 0 ? MessageKind.Request
            : MessageKind.None;
    }

    private static bool IsPgsqlStart(in RecognitionHead head)
    {
        var (length, code) = (head.Big32(0), head.Big32(4));
        if (head.Bytes < 8 || length > head.Length)
        {
            return false;
        }

        return length switch
        {
            8 => code is 80877103 or 80877104,
            16 when code == 80877102 => true,
            >= 9 and <= 10240 => code is 3 << 16 or ((3 << 16) | 2)
                && (length == 9 || char.IsAsciiLetter((char)head[8])),
            _ => false,
        };
    }

    private static bool IsPrintable(byte c) => c is >= (byte)' ' and <= (byte)'~';
}
