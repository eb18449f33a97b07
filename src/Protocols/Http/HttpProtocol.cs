using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http2;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>HTTP/1.0 and HTTP/1.1 (RFC 9110, RFC 9112).</summary>
/// <param name="options">Bounds.</param>
/// <param name="framing">Bounds of HTTP/2, to which a connection may be upgraded; without them it ends there.</param>
public sealed class HttpProtocol(HttpOptions options, FramingOptions? framing = null) : ProtocolDefinition
{
    private readonly HttpOptions _options = options;
    private readonly FramingOptions? _framing = framing;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Http;

    /// <inheritdoc/>
    public override TableSchema Table => HttpEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context)
    {
        var session = new HttpSession(context, _options);
        return _framing is null ? session : new UpgradableSession(session, context, _options, _framing);
    }
}
