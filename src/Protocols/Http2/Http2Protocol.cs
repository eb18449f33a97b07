using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http2;

/// <summary>HTTP/2 (RFC 9113) and gRPC on it; texts are bounded as those of HTTP/1.x.</summary>
public sealed class Http2Protocol(HttpOptions http, FramingOptions framing) : ProtocolDefinition
{
    private readonly HttpOptions _http = http;
    private readonly FramingOptions _framing = framing;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Http2;

    /// <inheritdoc/>
    public override TableSchema Table => HttpEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) =>
        new Http2Session(context, _http, _framing);
}
