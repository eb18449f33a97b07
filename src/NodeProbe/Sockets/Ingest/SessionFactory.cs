using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>Starts sessions of one shard: protocols, their table writers and counters by protocol number.</summary>
internal sealed class SessionFactory
{
    private readonly ProtocolDefinition?[] _protocols = new ProtocolDefinition?[byte.MaxValue + 1];
    private readonly IRowWriter?[] _rows = new IRowWriter?[byte.MaxValue + 1];
    private readonly SessionCounters?[] _counters = new SessionCounters?[byte.MaxValue + 1];
    private readonly uint _asid;

    public SessionFactory(IEnumerable<ProtocolDefinition> protocols, TableStore store, int shard, uint asid)
    {
        _asid = asid;
        foreach (var protocol in protocols)
        {
            var number = (int)protocol.Protocol;
            _protocols[number] = protocol;
            _rows[number] = store.Writer(protocol.Table.Name, shard);
            _counters[number] = new SessionCounters();
        }

        Counters = [.. _counters.OfType<SessionCounters>()];
    }

    /// <summary>Counters of all protocols.</summary>
    public IReadOnlyList<SessionCounters> Counters { get; }

    /// <summary>Counters of one protocol; null without parser.</summary>
    public SessionCounters? CountersOf(byte protocol) => _counters[protocol];

    /// <summary>Starts the session of a connection; false when there is no parser for the protocol.</summary>
    public bool TryStart(Connection connection, byte protocol)
    {
        if (_protocols[protocol] is not { } definition)
        {
            return false;
        }

        var id = connection.Id;
        var context = new SessionContext
        {
            Id = new ConnectionId(new Upid(_asid, id.Tgid, id.StartTicks), id.Fd, id.Generation),
            Local = connection.Local,
            Remote = connection.Remote,
            Role = connection.Role,
            Encrypted = (connection.Flags & ConnectionFlags.Tls) != 0,
            Midstream = connection.Resumed || (connection.Flags & ConnectionFlags.Midstream) != 0,
            Rows = _rows[protocol]!,
            Counters = _counters[protocol]!,
        };
        (connection.Context, connection.Session) = (context, definition.CreateSession(context));
        return true;
    }
}
