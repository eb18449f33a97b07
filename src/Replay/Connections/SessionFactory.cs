using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Replay.ConnStats;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Replay.Connections;

/// <summary>Starts sessions: protocols, their table writers and counters.</summary>
internal sealed class SessionFactory
{
    private readonly ProtocolRegistry _registry;
    private readonly Dictionary<Protocol, IRowWriter> _rows;
    private readonly ServerNumbers _servers;
    private readonly Dictionary<Protocol, ProtocolCounters> _counters;

    /// <summary>Prepares the sessions of all protocols.</summary>
    public SessionFactory(ProtocolRegistry registry, TableStore store, ServerNumbers servers)
    {
        (_registry, _servers) = (registry, servers);
        _rows = registry.Definitions.ToDictionary(d => d.Protocol, d => store.Writer(d.Table.Name, 0));
        _counters = registry.Definitions.ToDictionary(
            d => d.Protocol, d => new ProtocolCounters(d.Protocol, d.Table.Name));
    }

    /// <summary>Counters of all protocols.</summary>
    public IEnumerable<ProtocolCounters> Counters => _counters.Values;

    /// <summary>
    /// Starts the sessions of a connection whose protocol and server are known: the server's view, and the client's of
    /// protocols that are traced at both sides. Empty when the protocol is not parsed.
    /// </summary>
    public ImmutableArray<SessionView> Start(CapturedConnection connection, bool isMidstream)
    {
        if (_registry.Find(connection.Protocol) is not { } definition)
        {
            return [];
        }

        var counters = _counters[connection.Protocol];
        counters.Connections++;
        var server = connection.Server!.Value;
        var view = StartView(definition, connection, server, Role.Server, isMidstream, counters.Server);
        return (definition.AlwaysTraced & Role.Client) == 0
            ? [view]
            : [view, StartView(definition, connection, 1 - server, Role.Client, isMidstream, counters.Client)];
    }

    private SessionView StartView(
        ProtocolDefinition definition,
        CapturedConnection connection,
        int own,
        Role role,
        bool isMidstream,
        SessionCounters counters)
    {
        var (local, remote) = (connection.Key.End(own), connection.Key.End(1 - own));
        var upid = _servers.UpidOf(role == Role.Server ? local : local with { Port = 0 });
        var context = new SessionContext
        {
            Id = new ConnectionId(upid, 0, connection.Number),
            Local = local,
            Remote = remote,
            Role = role,
            Midstream = isMidstream,
            IsDatagram = connection.Key.IsDatagram,
            Rows = _rows[definition.Protocol],
            Counters = counters,
        };
        return new SessionView(definition.CreateSession(context), own, isMidstream);
    }
}
