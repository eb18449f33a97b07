using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Dns;

/// <summary>DNS over UDP and TCP.</summary>
public sealed class DnsProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Dns;

    /// <inheritdoc/>
    public override Role AlwaysTraced => Role.Client | Role.Server;

    /// <inheritdoc/>
    public override TableSchema Table => DnsEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => context.IsDatagram
        ? new DnsDatagramSession(context, _options)
        : new DnsStreamSession(context, _options);
}
