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
    private readonly Role[] _roles = new Role[byte.MaxValue + 1];
    private readonly uint _asid;

    /// <summary>Prepares the sessions of one shard.</summary>
    /// <param name="protocols">All protocols.</param>
    /// <param name="roles">Of those that are parsed, the roles.</param>
    /// <param name="store">Takes the rows.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="asid">Number of the node's agent.</param>
    public SessionFactory(
        IEnumerable<ProtocolDefinition> protocols,
        IReadOnlyDictionary<Protocol, Role> roles,
        TableStore store,
        int shard,
        uint asid)
    {
        _asid = asid;
        foreach (var protocol in protocols.Where(protocol => roles.ContainsKey(protocol.Protocol)))
        {
            var number = (int)protocol.Protocol;
            _roles[number] = roles[protocol.Protocol];
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

    /// <summary>True when payload of this protocol and role is parsed; of a role not known yet it is.</summary>
    public bool IsWanted(byte protocol, Role role) =>
        role == Role.None ? _roles[protocol] != Role.None : (role & _roles[protocol]) != 0;

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
            Encrypted = connection.Plaintext,
            Midstream = connection.Resumed || (connection.Flags & ConnectionFlags.Midstream) != 0,
            IsDatagram = (connection.Flags & ConnectionFlags.Datagram) != 0,
            Rows = _rows[protocol]!,
            Counters = _counters[protocol]!,
        };
        (connection.Context, connection.Session) = (context, definition.CreateSession(context));
        connection.Protocol = protocol;
        return true;
    }
}
