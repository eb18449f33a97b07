using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>MySQL and MariaDB.</summary>
public sealed class MysqlProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Mysql;

    /// <inheritdoc/>
    public override Role AlwaysTraced => Role.Client | Role.Server;

    /// <inheritdoc/>
    public override TableSchema Table => MysqlEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new MysqlConnection(context, _options);
}
