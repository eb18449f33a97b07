using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>memcached: text, meta commands, binary.</summary>
public sealed class MemcachedProtocol(FramingOptions options) : ProtocolDefinition
{
    private readonly FramingOptions _options = options;

    /// <inheritdoc/>
    public override Protocol Protocol => Protocol.Memcached;

    /// <inheritdoc/>
    public override TableSchema Table => MemcachedEventsTable.Schema;

    /// <inheritdoc/>
    public override IProtocolSession CreateSession(SessionContext context) => new MemcachedSession(context, _options);
}
