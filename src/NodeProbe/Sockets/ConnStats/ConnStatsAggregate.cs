using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.ConnStats;

/// <summary>What conn_stats tells apart: process and peer; the port is 0 for servers.</summary>
internal readonly record struct ConnStatsKey(ulong StartTicks, uint Tgid, Endpoint Remote)
{
    /// <summary>Key of a connection whose role is known.</summary>
    public static ConnStatsKey Of(in KernelConnectionId id, Endpoint remote, Role role) =>
        new(id.StartTicks, id.Tgid, role == Role.Server ? remote with { Port = 0 } : remote);
}

/// <summary>What a connection speaks, as far as it is known.</summary>
internal readonly record struct ConnectionSpeech(Protocol Protocol, bool Encrypted)
{
    /// <summary>False before anything was recognised.</summary>
    public bool IsKnown => Protocol != Protocol.Unknown || Encrypted;

    /// <summary>Of a connection.</summary>
    public static ConnectionSpeech Of(in Ingest.ConnectionTotals connection) => new(
        connection.Protocol,
        connection.Protocol == Protocol.Tls || (connection.Flags & ConnectionFlags.Tls) != 0);
}

/// <summary>Totals of one key since tracing began.</summary>
internal sealed class ConnStatsAggregate(ConnStatsKey key)
{
    /// <summary>Process and peer.</summary>
    public ConnStatsKey Key { get; } = key;

    /// <summary>Role of the process.</summary>
    public Role Role;

    /// <summary>Protocol, the last one recognised.</summary>
    public Protocol Protocol;

    /// <summary>True when the last connection that something was learned of has TLS.</summary>
    public bool Encrypted;

    /// <summary>Connections opened.</summary>
    public long Opened;

    /// <summary>Connections closed.</summary>
    public long Closed;

    /// <summary>Bytes sent.</summary>
    public long BytesSent;

    /// <summary>Bytes received.</summary>
    public long BytesReceived;

    /// <summary>True when the row that was written last is out of date.</summary>
    public bool Changed = true;

    /// <summary>Time of the last change.</summary>
    public long ChangedNs;

    /// <summary>Adds to the totals.</summary>
    public void Add(long opened, long closed, long sent, long received)
    {
        Changed |= (opened | closed | sent | received) != 0;
        Opened += opened;
        Closed += closed;
        BytesSent += sent;
        BytesReceived += received;
    }

    /// <summary>Takes over what a connection speaks, if that is known.</summary>
    public void Describe(in ConnectionSpeech speech, Role role)
    {
        var (protocol, encrypted) = speech.IsKnown
            ? (speech.Protocol == Protocol.Unknown ? Protocol : speech.Protocol, speech.Encrypted)
            : (Protocol, Encrypted);
        Changed |= (role, protocol, encrypted) != (Role, Protocol, Encrypted);
        (Role, Protocol, Encrypted) = (role, protocol, encrypted);
    }
}
