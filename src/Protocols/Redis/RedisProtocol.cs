using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Redis;

/// <summary>Redis: RESP of versions 2 and 3.</summary>
public sealed class RedisProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Redis;

    /// <inheritdoc/>
    public override TableSchema Table => RedisEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new RedisSession(context, _options);
}
