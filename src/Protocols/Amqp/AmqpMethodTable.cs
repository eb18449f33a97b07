using System.Collections.Immutable;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>All methods of AMQP 0-9-1 and of RabbitMQ's extensions, as data.</summary>
/// <remarks>
/// A row: class.method; C, S or B for who sends it (client, server, both), with the number of the method that it
/// answers; its fields. Source: AMQP 0-9-1 specification, "Class and Method Definitions"; RabbitMQ documentation,
/// "Protocol extensions".
/// </remarks>
internal static class AmqpMethodTable
{
    /// <summary>The methods.</summary>
    public static readonly ImmutableArray<string> Rows =
    [
        "10.10 S version_major:u8 version_minor:u8 server_properties:table mechanisms:long locales:long",
        "10.11 C10 client_properties:table mechanism:str response:secret locale:str",
        "10.20 S challenge:secret",
        "10.21 C20 response:secret",
        "10.30 S channel_max:u16 frame_max:u32 heartbeat:u16",
        "10.31 C30 channel_max:u16 frame_max:u32 heartbeat:u16",
        "10.40 C virtual_host:str capabilities:str insist:bit",
        "10.41 S40 known_hosts:str",
        "10.50 B reply_code:u16 reply_text:str class_id:u16 method_id:u16",
        "10.51 B50",
        "10.60 S reason:str",
        "10.61 S",
        "10.70 C new_secret:secret reason:str",
        "10.71 S70",
        "20.10 C out_of_band:str",
        "20.11 S10 channel_id:long",
        "20.20 B active:bit",
        "20.21 B20 active:bit",
        "20.40 B reply_code:u16 reply_text:str class_id:u16 method_id:u16",
        "20.41 B40",
        "30.10 C realm:str exclusive:bit passive:bit active:bit write:bit read:bit",
        "30.11 S10 ticket:u16",
        "40.10 C ticket:u16 exchange:str type:str passive:bit durable:bit auto_delete:bit internal:bit no_wait:bit "
            + "arguments:table",
        "40.11 S10",
        "40.20 C ticket:u16 exchange:str if_unused:bit no_wait:bit",
        "40.21 S20",
        "40.30 C ticket:u16 destination:str source:str routing_key:str no_wait:bit arguments:table",
        "40.31 S30",
        "40.40 C ticket:u16 destination:str source:str routing_key:str no_wait:bit arguments:table",
        "40.51 S40",
        "50.10 C ticket:u16 queue:str passive:bit durable:bit exclusive:bit auto_delete:bit no_wait:bit "
            + "arguments:table",
        "50.11 S10 queue:str message_count:u32 consumer_count:u32",
        "50.20 C ticket:u16 queue:str exchange:str routing_key:str no_wait:bit arguments:table",
        "50.21 S20",
        "50.30 C ticket:u16 queue:str no_wait:bit",
        "50.31 S30 message_count:u32",
        "50.40 C ticket:u16 queue:str if_unused:bit if_empty:bit no_wait:bit",
        "50.41 S40 message_count:u32",
        "50.50 C ticket:u16 queue:str exchange:str routing_key:str arguments:table",
        "50.51 S50",
        "60.10 C prefetch_size:u32 prefetch_count:u16 global:bit",
        "60.11 S10",
        "60.20 C ticket:u16 queue:str consumer_tag:str no_local:bit no_ack:bit exclusive:bit no_wait:bit "
            + "arguments:table",
        "60.21 S20 consumer_tag:str",
        "60.30 B consumer_tag:str no_wait:bit",
        "60.31 B30 consumer_tag:str",
        "60.40 C ticket:u16 exchange:str routing_key:str mandatory:bit immediate:bit",
        "60.50 S reply_code:u16 reply_text:str exchange:str routing_key:str",
        "60.60 S consumer_tag:str delivery_tag:u64 redelivered:bit exchange:str routing_key:str",
        "60.70 C ticket:u16 queue:str no_ack:bit",
        "60.71 S70 delivery_tag:u64 redelivered:bit exchange:str routing_key:str message_count:u32",
        "60.72 S70 cluster_id:str",
        "60.80 B delivery_tag:u64 multiple:bit",
        "60.90 C delivery_tag:u64 requeue:bit",
        "60.100 C requeue:bit",
        "60.110 C requeue:bit",
        "60.111 S110",
        "60.120 B delivery_tag:u64 multiple:bit requeue:bit",
        "85.10 C no_wait:bit",
        "85.11 S10",
        "90.10 C",
        "90.11 S10",
        "90.20 C",
        "90.21 S20",
        "90.30 C",
        "90.31 S30",
    ];

    /// <summary>Properties of a content, in the order of their flags, the highest bit first.</summary>
    public static readonly ImmutableArray<AmqpField> Properties =
    [
        .. ("content_type:str content_encoding:str headers:table delivery_mode:u8 priority:u8 correlation_id:str "
            + "reply_to:str expiration:str message_id:str timestamp:u64 type:str user_id:str app_id:str cluster_id:str")
            .Split(' ').Select(AmqpField.Parse),
    ];
}
