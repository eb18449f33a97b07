using PixieOrleans.Model;

namespace PixieOrleans.Protocols.Recognition;

/// <summary>Which protocol do these bytes start, and are they a request or a response?</summary>
/// <remarks>
/// The rules of bpf/socket/infer.h for bytes that come from elsewhere than the kernel. A test compiles those headers
/// and compares both over many heads, so a change of one is a change of the other. The first test that says yes wins:
/// signatures first, then binary headers whose fields have to agree, then text of few fixed bytes.
/// </remarks>
public static class ProtocolRecogniser
{
    /// <summary>Tells the protocol; Unknown and None when nothing fits.</summary>
    public static (Protocol Protocol, MessageKind Kind) Recognise(in RecognitionHead head)
    {
        if (head.IsDatagram)
        {
            return Take(Protocol.Dns, BinaryRules.Dns(head)) ?? (Protocol.Unknown, MessageKind.None);
        }

        return Signatures(head) ?? Headers(head) ?? Rest(head) ?? (Protocol.Unknown, MessageKind.None);
    }

    private static (Protocol, MessageKind)? Signatures(in RecognitionHead head) =>
        Take(Protocol.Tls, BinaryRules.Tls(head))
        ?? Take(Protocol.Http, TextRules.Http(head))
        ?? Take(Protocol.Http2, BinaryRules.Http2(head))
        ?? Take(Protocol.Amqp, BinaryRules.Amqp(head))
        ?? Take(Protocol.Mqtt, BinaryRules.Mqtt(head))
        ?? Take(Protocol.Nats, TextRules.Nats(head));

    private static (Protocol, MessageKind)? Headers(in RecognitionHead head) =>
        Take(Protocol.Mongo, BinaryRules.Mongo(head))
        ?? Take(Protocol.Pgsql, BinaryRules.Pgsql(head))
        ?? Take(Protocol.Kafka, BinaryRules.Kafka(head))
        ?? Take(Protocol.Mux, MuxRules.Mux(head))
        ?? Take(Protocol.Cql, BinaryRules.Cql(head))
        ?? Take(Protocol.Mysql, MysqlRules.Mysql(head))
        ?? Take(Protocol.Dns, BinaryRules.Dns(head));

    private static (Protocol, MessageKind)? Rest(in RecognitionHead head) =>
        Take(Protocol.Redis, TextRules.Redis(head))
        ?? Take(Protocol.Memcached, MemcachedRules.Memcached(head))
        ?? Take(Protocol.Http2, Http2Rules.Frame(head));

    private static (Protocol, MessageKind)? Take(Protocol protocol, MessageKind kind) =>
        kind == MessageKind.None ? null : (protocol, kind);
}
