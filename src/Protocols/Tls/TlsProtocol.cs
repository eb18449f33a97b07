using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tls;

/// <summary>Handshakes of TLS over TCP.</summary>
public sealed class TlsProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Tls;

    /// <inheritdoc/>
    public override TableSchema Table => TlsEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new TlsSession(context, _options);
}
