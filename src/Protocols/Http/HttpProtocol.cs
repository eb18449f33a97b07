using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112).</summary>
public sealed class HttpProtocol(HttpOptions options) : ProtocolDefinition
{
    private readonly HttpOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Http;

    /// <inheritdoc/>
    public override TableSchema Table => HttpEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new HttpSession(context, _options);
}
