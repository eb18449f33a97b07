using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mqtt;

/// <summary>MQTT 3.1, 3.1.1 and 5.</summary>
public sealed class MqttProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Mqtt;

    /// <inheritdoc/>
    public override TableSchema Table => MqttEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new MqttSession(context, _options);
}
