using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>A packet type.</summary>
/// <param name="Kind">Its number.</param>
/// <param name="Name">As the specification calls it.</param>
/// <param name="Flags">The low bits of its first byte; null when they mean something.</param>
/// <param name="MinLength">Bytes behind the fixed header, at least.</param>
/// <param name="MaxLength">Bytes behind the fixed header, at most.</param>
/// <param name="FromClient">Who sends it; null for both.</param>
/// <param name="Answer">What answers it; none for answers, and for PUBLISH, whose quality of service decides.</param>
internal sealed record MqttType(
    MqttKind Kind, string Name, int? Flags, uint MinLength, uint MaxLength, bool? FromClient, MqttKind Answer = default)
{
    private const uint Most = 268_435_455; // what a length of 4 bytes can say
    private const uint Small = 1 << 20; // bytes of a packet without payload: properties make them long

    private static readonly ImmutableArray<MqttType?> ByKind =
    [
        null,
        new(MqttKind.Connect, "CONNECT", 0, 10, Small, true, MqttKind.ConnAck),
        new(MqttKind.ConnAck, "CONNACK", 0, 2, Small, false),
        new(MqttKind.Publish, "PUBLISH", null, 2, Most, null),
        new(MqttKind.PubAck, "PUBACK", 0, 2, Small, null),
        new(MqttKind.PubRec, "PUBREC", 0, 2, Small, null),
        new(MqttKind.PubRel, "PUBREL", 2, 2, Small, null, MqttKind.PubComp),
        new(MqttKind.PubComp, "PUBCOMP", 0, 2, Small, null),
        new(MqttKind.Subscribe, "SUBSCRIBE", 2, 5, Small, true, MqttKind.SubAck),
        new(MqttKind.SubAck, "SUBACK", 0, 3, Small, false),
        new(MqttKind.Unsubscribe, "UNSUBSCRIBE", 2, 4, Small, true, MqttKind.UnsubAck),
        new(MqttKind.UnsubAck, "UNSUBACK", 0, 2, Small, false),
        new(MqttKind.PingReq, "PINGREQ", 0, 0, 0, true, MqttKind.PingResp),
        new(MqttKind.PingResp, "PINGRESP", 0, 0, 0, false),
        new(MqttKind.Disconnect, "DISCONNECT", 0, 0, Small, null),
        new(MqttKind.Auth, "AUTH", 0, 0, Small, null),
    ];

    /// <summary>Its name.</summary>
    public byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(Name);

    /// <summary>True for what only ever answers.</summary>
    public bool IsAnswer => Kind is MqttKind.ConnAck or MqttKind.PubAck or MqttKind.PubRec or MqttKind.PubComp
        or MqttKind.SubAck or MqttKind.UnsubAck or MqttKind.PingResp;

    /// <summary>True when it begins with a packet identifier.</summary>
    public bool HasPacketId => Kind is >= MqttKind.PubAck and <= MqttKind.UnsubAck;

    /// <summary>The type of a packet's first byte; null when no packet begins with it.</summary>
    public static MqttType? Of(byte first)
    {
        const int MaxQos = 2;
        var type = ByKind[first >> 4];
        return type is null || (type.Flags is { } flags ? flags != (first & 15) : (first >> 1 & 3) > MaxQos)
            ? null
            : type;
    }

    /// <summary>The type of a number, 1 to 15.</summary>
    public static MqttType Of(MqttKind kind) => ByKind[(int)kind]!;
}

/// <summary>Numbers of packet types.</summary>
internal enum MqttKind : byte
{
    /// <summary>No packet.</summary>
    None = 0,

    /// <summary>A client begins.</summary>
    Connect = 1,

    /// <summary>Answer to CONNECT.</summary>
    ConnAck = 2,

    /// <summary>A message.</summary>
    Publish = 3,

    /// <summary>Answer to PUBLISH of quality 1.</summary>
    PubAck = 4,

    /// <summary>Answer to PUBLISH of quality 2.</summary>
    PubRec = 5,

    /// <summary>The sender forgets the message of quality 2.</summary>
    PubRel = 6,

    /// <summary>Answer to PUBREL.</summary>
    PubComp = 7,

    /// <summary>A client wants messages.</summary>
    Subscribe = 8,

    /// <summary>Answer to SUBSCRIBE.</summary>
    SubAck = 9,

    /// <summary>A client wants them no more.</summary>
    Unsubscribe = 10,

    /// <summary>Answer to UNSUBSCRIBE.</summary>
    UnsubAck = 11,

    /// <summary>Are you there.</summary>
    PingReq = 12,

    /// <summary>Answer to PINGREQ.</summary>
    PingResp = 13,

    /// <summary>The end, of both sides since version 5.</summary>
    Disconnect = 14,

    /// <summary>Authentication in several steps, since version 5.</summary>
    Auth = 15,
}
