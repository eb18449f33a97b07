using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Cql;

/// <summary>CQL, the protocol of Cassandra and ScyllaDB.</summary>
public sealed class CqlProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;
    private readonly CqlStatements _statements = new();

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Cql;

    /// <inheritdoc/>
    public override TableSchema Table => CqlEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) =>
        new CqlSession(context, _options, _statements);
}
