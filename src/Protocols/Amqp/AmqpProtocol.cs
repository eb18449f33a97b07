using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Amqp;

/// <summary>AMQP 0-9-1.</summary>
public sealed class AmqpProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Amqp;

    /// <inheritdoc/>
    public override TableSchema Table => AmqpEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new AmqpSession(context, _options);
}
