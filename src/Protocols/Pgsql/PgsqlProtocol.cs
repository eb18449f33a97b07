using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>PostgreSQL, protocol 3.0.</summary>
public sealed class PgsqlProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Pgsql;

    /// <inheritdoc/>
    public override TableSchema Table => PgsqlEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new PgsqlSession(context, _options);
}
