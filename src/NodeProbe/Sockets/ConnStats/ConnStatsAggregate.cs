using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.ConnStats;

/// <summary>
/// What conn_stats tells apart: process, peer, and what its connections are. The port is 0 for servers.
/// </summary>
internal readonly record struct ConnStatsKey(
    ulong StartTicks, uint Tgid, Endpoint Remote, Role Role, Protocol Protocol, bool Encrypted)
{
    /// <summary>Key of a connection whose role is known.</summary>
    public static ConnStatsKey Of(in Ingest.ConnectionTotals connection, Role role)
    {
        var (id, remote) = (connection.Id, connection.Remote);
        return new ConnStatsKey(
            id.StartTicks, id.Tgid, role == Role.Server ? remote with { Port = 0 } : remote, role, default, false)
            .With(connection);
    }

    /// <summary>The key with what is known of its connection by now; nothing known is forgotten.</summary>
    public ConnStatsKey With(in Ingest.ConnectionTotals connection)
    {
        var protocol = connection.Protocol == Protocol.Unknown ? Protocol : connection.Protocol;
        var isTls = protocol == Protocol.Tls || (connection.Flags & ConnectionFlags.Tls) != 0;
        return this with { Protocol = protocol, Encrypted = Encrypted || isTls };
    }
}

/// <summary>Totals of one key since tracing began.</summary>
internal sealed class ConnStatsAggregate(ConnStatsKey key)
{
    /// <summary>Process, peer, and what the connections are.</summary>
    public ConnStatsKey Key { get; } = key;

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
}
