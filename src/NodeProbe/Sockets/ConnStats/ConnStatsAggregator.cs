using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets.Ingest;

namespace PixieOrleans.NodeProbe.Sockets.ConnStats;

/// <summary>Bounds of conn_stats.</summary>
/// <param name="MaxConnections">Live connections remembered.</param>
/// <param name="MaxEntries">Aggregates kept.</param>
/// <param name="IdleNs">Time without change after which an aggregate without connections is dropped.</param>
internal sealed record ConnStatsLimits(
    int MaxConnections = 131_072, int MaxEntries = 65_536, long IdleNs = 3_600_000_000_000);

/// <summary>
/// Sums the kernel's totals of connections per process and peer and writes the rows that changed. The byte counts
/// are the kernel's: live connections come from its map, ended ones from their close events. Used by one thread.
/// </summary>
/// <param name="asid">Number of the node's agent.</param>
/// <param name="rows">Writer of conn_stats.</param>
/// <param name="limits">Bounds.</param>
/// <param name="resolveRole">Finds a role that neither kernel nor session knows; None when it cannot.</param>
/// <param name="isAlive">Whether the process (number, start ticks) still runs.</param>
internal sealed class ConnStatsAggregator(
    uint asid,
    IRowWriter rows,
    ConnStatsLimits limits,
    Func<uint, Endpoint, long, Role> resolveRole,
    Func<uint, ulong, bool> isAlive)
{
    private readonly Dictionary<KernelConnectionId, Live> _live = [];
    private readonly Dictionary<ConnStatsKey, ConnStatsAggregate> _aggregates = [];
    private readonly List<ConnStatsKey> _ended = [];
    private readonly List<KernelConnectionId> _vanished = [];
    private long _cycle;

    /// <summary>Connections not counted: a bound was reached.</summary>
    public long UncountedConnections { get; private set; }

    /// <summary>Connections that ended before their role was known.</summary>
    public long ConnectionsWithoutRole { get; private set; }

    /// <summary>Connections that went without a close event; their last known totals count.</summary>
    public long MissingCloses { get; private set; }

    /// <summary>Aggregates held.</summary>
    public int Entries => _aggregates.Count;

    /// <summary>Takes connections that ended. Their totals are final.</summary>
    public void AddClosed(IReadOnlyList<ConnectionTotals> closed, long nowNs)
    {
        foreach (var connection in closed)
        {
            _live.Remove(connection.Id, out var live);
            if (Account(connection, ref live, nowNs))
            {
                live.Aggregate!.Add(0, 1, 0, 0);
            }
            else if (IsCountable(connection))
            {
                ConnectionsWithoutRole++;
            }
        }
    }

    /// <summary>
    /// Takes all live connections; <paramref name="closed"/> are those that ended up to now, whether or not they are
    /// among the live ones. Writes a row per aggregate that changed.
    /// </summary>
    public void Write(IReadOnlyList<ConnectionTotals> live, IReadOnlyList<ConnectionTotals> closed, long nowNs)
    {
        _cycle++;
        foreach (var connection in live)
        {
            Update(connection, nowNs);
        }

        AddClosed(closed, nowNs);
        EndVanished();
        foreach (var aggregate in _aggregates.Values)
        {
            if (aggregate.Changed)
            {
                aggregate.ChangedNs = nowNs;
                aggregate.Changed = false;
                WriteRow(aggregate, nowNs);
            }
        }

        DropEnded(nowNs);
    }

    private void Update(in ConnectionTotals connection, long nowNs)
    {
        if (!IsCountable(connection))
        {
            return;
        }

        if (!_live.TryGetValue(connection.Id, out var live) && _live.Count >= limits.MaxConnections)
        {
            UncountedConnections++;
            return;
        }

        Account(connection, ref live, nowNs);
        live.Cycle = _cycle;
        _live[connection.Id] = live;
    }

    /// <summary>Adds what is new of a connection to its aggregate; false while it has none.</summary>
    private bool Account(in ConnectionTotals connection, ref Live live, long nowNs)
    {
        if (live.Aggregate is null)
        {
            var role = connection.Role;
            if (role == Role.None && IsCountable(connection) && (connection.Flags & ConnectionFlags.Datagram) == 0)
            {
                role = resolveRole(connection.Id.Tgid, connection.Local, nowNs);
            }

            if (!IsCountable(connection) || role is not (Role.Client or Role.Server))
            {
                return false;
            }

            live.Aggregate = FindOrAdd(ConnStatsKey.Of(connection.Id, connection.Remote, role), out var known);
            if (!known)
            {
                return false;
            }

            live.Role = role;
            live.Aggregate!.Add(1, 0, 0, 0);
            live.Aggregate.Describe(ConnectionSpeech.Of(connection), role);
        }

        var (sent, received) = (
            Math.Max(connection.BytesSent, live.Sent), Math.Max(connection.BytesReceived, live.Received));
        var speech = ConnectionSpeech.Of(connection);
        if ((sent, received, speech) != (live.Sent, live.Received, live.Speech)) // one at rest tells nothing new
        {
            live.Aggregate.Describe(speech, live.Role);
        }

        live.Aggregate.Add(0, 0, (long)(sent - live.Sent), (long)(received - live.Received));
        (live.Sent, live.Received, live.Speech) = (sent, received, speech);
        return true;
    }

    private ConnStatsAggregate? FindOrAdd(ConnStatsKey key, out bool known)
    {
        known = true;
        if (_aggregates.TryGetValue(key, out var aggregate))
        {
            return aggregate;
        }

        if (_aggregates.Count >= limits.MaxEntries)
        {
            UncountedConnections++;
            known = false;
            return null;
        }

        aggregate = new ConnStatsAggregate(key);
        _aggregates.Add(key, aggregate);
        return aggregate;
    }

    private static bool IsCountable(in ConnectionTotals connection) =>
        connection.Remote.Family is AddressFamilyKind.IPv4 or AddressFamilyKind.IPv6;

    private void EndVanished()
    {
        foreach (var (id, live) in _live)
        {
            if (live.Cycle < _cycle)
            {
                MissingCloses++;
                live.Aggregate?.Add(0, 1, 0, 0);
                _vanished.Add(id);
            }
        }

        foreach (var id in _vanished)
        {
            _live.Remove(id);
        }

        _vanished.Clear();
    }

    private void WriteRow(ConnStatsAggregate aggregate, long nowNs)
    {
        var key = aggregate.Key;
        Span<byte> address = stackalloc byte[Endpoint.MaxAddressTextBytes];
        rows.WriteInt64(nowNs);
        rows.WriteUInt128(new Upid(asid, key.Tgid, key.StartTicks).ToUInt128());
        rows.WriteString(address[..key.Remote.FormatAddress(address)]);
        rows.WriteInt64(key.Remote.Port);
        rows.WriteInt64((long)aggregate.Role);
        rows.WriteInt64((long)key.Remote.Family);
        rows.WriteInt64((long)aggregate.Protocol);
        rows.WriteBoolean(aggregate.Encrypted);
        rows.WriteInt64(aggregate.Opened);
        rows.WriteInt64(aggregate.Closed);
        rows.WriteInt64(aggregate.Opened - aggregate.Closed);
        rows.WriteInt64(aggregate.BytesSent);
        rows.WriteInt64(aggregate.BytesReceived);
        rows.EndRow();
    }

    private void DropEnded(long nowNs)
    {
        (uint Tgid, ulong StartTicks, bool Alive) last = default; // aggregates of one process often follow another
        foreach (var (key, aggregate) in _aggregates)
        {
            if (aggregate.Opened != aggregate.Closed || aggregate.ChangedNs == nowNs)
            {
                continue;
            }

            if ((last.Tgid, last.StartTicks) != (key.Tgid, key.StartTicks))
            {
                last = (key.Tgid, key.StartTicks, isAlive(key.Tgid, key.StartTicks));
            }

            if (!last.Alive || nowNs - aggregate.ChangedNs >= limits.IdleNs)
            {
                _ended.Add(key);
            }
        }

        foreach (var key in _ended)
        {
            _aggregates.Remove(key);
        }

        _ended.Clear();
    }

    /// <summary>A live connection: where it counts and what of it was counted.</summary>
    private struct Live
    {
        public ConnStatsAggregate? Aggregate;
        public Role Role;
        public ConnectionSpeech Speech;
        public ulong Sent;
        public ulong Received;
        public long Cycle;
    }
}
