using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>Kafka.</summary>
public sealed class KafkaProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;
    private readonly KafkaTopicNames _names = new();

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Kafka;

    /// <inheritdoc/>
    public override TableSchema Table => KafkaEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) =>
        new KafkaSession(context, _options, _names);
}
