using System.Collections.Concurrent;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>
/// One ring's events on their way to rows: connections and their sessions. Everything here runs on the shard's
/// thread, except what says otherwise.
/// </summary>
internal sealed partial class IngestShard(
    int index, ISocketProbe probe, ShardSettings settings, SessionFactory sessions, BootClock clock)
    : ISocketEventConsumer
{
    private const long TickWindowNs = 120_000_000_000; // sessions silent for longer have expired what they waited for
    private const int MaxEventsPerDrain = 4096;
    private const int MaxDrainsPerPass = 64; // then the clock is looked at again
    private const int MaxMissingOpens = 4096;

    private readonly ConnectionTable _connections = new(settings.MaxConnections);
    private readonly ConcurrentQueue<ConnectionEvent> _lateOpens = new();

    /// <summary>Counts; by any thread.</summary>
    public ShardCounters Counters { get; } = new();

    /// <summary>Counts of the sessions, per protocol; by any thread.</summary>
    public IReadOnlyList<SessionCounters> SessionCounters => sessions.Counters;

    /// <summary>Closed connections for conn_stats; by any thread.</summary>
    public ClosedConnections Closed { get; } = new(settings.MaxPendingCloses);

    /// <summary>What people should know; by any thread.</summary>
    public ShardNotices Notices { get; } = new();

    /// <summary>
    /// Connections whose open event was missed; taken by the housekeeping, which answers by PostOpen.
    /// </summary>
    public ConcurrentQueue<KernelConnectionId> MissingOpens { get; } = new();

    /// <summary>Connections held now; by any thread.</summary>
    public int ConnectionCount => _connections.Count;

    /// <summary>Tells the shard about a live connection whose open event it may have missed; by any thread.</summary>
    public void PostOpen(in ConnectionEvent connection)
    {
        if (_lateOpens.Count < MaxMissingOpens)
        {
            _lateOpens.Enqueue(connection);
        }
    }

    /// <summary>Empties the ring; returns the events taken.</summary>
    public int Pass()
    {
        while (_lateOpens.TryDequeue(out var open))
        {
            if (_connections.TryFind(open.Header.Connection, out var connection) && !connection.HasAddresses)
            {
                Learn(connection, open);
            }
        }

        var events = 0;
        for (var drain = 0; drain < MaxDrainsPerPass; drain++)
        {
            var taken = probe.Drain(index, this, MaxEventsPerDrain);
            events += taken;
            if (taken < MaxEventsPerDrain)
            {
                Volatile.Write(ref Counters.Passes, Counters.Passes + 1);
                break;
            }
        }

        return events;
    }

    /// <inheritdoc/>
    public void OnOpen(in ConnectionEvent open)
    {
        Count(open.Header);
        var timeNs = clock.ToUnixNs(open.Header.TimestampNs);
        Learn(FindOrAdd(open.Header.Connection, open.Flags, timeNs), open);
    }

    /// <inheritdoc/>
    public void OnData(in DataEvent data, ReadOnlySpan<byte> payload)
    {
        Count(data.Header);
        Counters.PayloadBytes += payload.Length;
        var timeNs = clock.ToUnixNs(data.Header.TimestampNs);
        if (!_connections.TryFind(data.Header.Connection, out var connection))
        {
            Counters.MissingOpens++;
            if (MissingOpens.Count < MaxMissingOpens)
            {
                MissingOpens.Enqueue(data.Header.Connection);
            }

            connection = FindOrAdd(data.Header.Connection, data.Flags, timeNs);
            connection.Resumed = true;
        }

        _connections.Touch(connection, timeNs);
        if (!TakesPayload(connection, data, timeNs) || !HasSession(connection, data))
        {
            Counters.IgnoredBytes += payload.Length;
            return;
        }

        try
        {
            Parse(connection, data, timeNs, payload);
        }
        catch (Exception e) // a parser's defect costs its connection, not the shard
        {
            Fault(connection, e);
            return;
        }

        Settle(connection);
    }

    /// <inheritdoc/>
    public void OnClose(in ConnectionEvent close)
    {
        Count(close.Header);
        var totals = ConnectionTotals.From(close);
        if (_connections.TryFind(close.Header.Connection, out var connection))
        {
            Learn(connection, close);
            EndSession(connection, clock.ToUnixNs(close.Header.TimestampNs), connection.Totals(close));
            totals = totals with { Role = connection.Role };
            _connections.Remove(connection);
        }

        if (!Closed.TryAdd(totals))
        {
            Counters.UncountedCloses++;
        }
    }

    /// <summary>
    /// About once a second: sessions expire what they wait for, idle connections go, bounds are kept.
    /// </summary>
    public void Tick(long nowNs)
    {
        for (var connection = _connections.Newest; connection is not null; connection = connection.Older)
        {
            if (nowNs - connection.LastEventNs > TickWindowNs)
            {
                break;
            }

            TickSession(connection, nowNs);
        }

        while (_connections.Oldest is { } oldest && nowNs - oldest.LastEventNs > settings.IdleNs)
        {
            Counters.IdleConnections++;
            Drop(oldest, nowNs);
        }
    }

    /// <summary>Ends all sessions so that what they hold becomes rows; before the end.</summary>
    public void Finish(long nowNs)
    {
        while (_connections.Oldest is { } oldest)
        {
            Drop(oldest, nowNs);
        }
    }

    private void Count(in EventHeader header)
    {
        Counters.Events++;
        Counters.EventBytes += header.Size;
    }

    private Connection FindOrAdd(in KernelConnectionId id, ConnectionFlags flags, long timeNs)
    {
        if (_connections.TryFind(id, out var connection))
        {
            _connections.Touch(connection, timeNs);
            return connection;
        }

        if ((flags & ConnectionFlags.Datagram) == 0
            && _connections.FindDescriptor(id) is { } previous && ConnectionTable.IsEarlier(previous.Id, id))
        {
            Counters.MissingCloses++;
            Drop(previous, timeNs);
        }

        if (_connections.IsFull)
        {
            Counters.EvictedConnections++;
            Drop(_connections.Oldest!, timeNs);
        }

        settings.Seen?.Note(id.Tgid, id.StartTicks);
        return _connections.Add(id, flags, timeNs);
    }

    private static void Learn(Connection connection, in ConnectionEvent open)
    {
        connection.Flags |= open.Flags;
        if (open.Role != 0 && connection.Role == Role.None)
        {
            connection.Role = (Role)open.Role;
        }

        if (open.Family != 0)
        {
            (connection.Local, connection.Remote) = (Addresses.Local(open), Addresses.Remote(open));
        }

        if (connection.Context is { } context)
        {
            (context.Local, context.Remote) = (connection.Local, connection.Remote);
            context.Role = context.Role == Role.None ? connection.Role : context.Role;
        }
    }

    /// <summary>The first plaintext of a TLS library ends the session of the socket's bytes.</summary>
    private bool TakesPayload(Connection connection, in DataEvent data, long timeNs)
    {
        var isPlaintext = (data.Flags & ConnectionFlags.Tls) != 0;
        if (isPlaintext && !connection.Plaintext)
        {
            EndSession(connection, timeNs, connection.Seen);
            connection.BecomePlaintext(data.Flags);
        }

        return isPlaintext == connection.Plaintext && connection.Payload != PayloadState.Ignored;
    }

    private bool HasSession(Connection connection, in DataEvent data)
    {
        if (connection.Session is not null)
        {
            return true;
        }

        connection.Flags |= data.Flags;
        if (connection.Role == Role.None)
        {
            connection.Role = (Role)data.Role;
        }

        if (!sessions.IsWanted(data.Protocol, connection.Role))
        {
            connection.Payload = PayloadState.Ignored;
            return false;
        }

        if (!sessions.TryStart(connection, data.Protocol))
        {
            return false;
        }

        (connection.SentBase, connection.ReceivedBase) =
            connection.Resumed ? (Connection.UnknownBase, Connection.UnknownBase) : (0, 0);
        Counters.Sessions++;
        return true;
    }

    private void Parse(Connection connection, in DataEvent data, long timeNs, ReadOnlySpan<byte> payload)
    {
        var direction = (Direction)data.Direction;
        var position = connection.Advance(direction, data.Position, payload.Length);
        connection.Session!.OnData(direction, position, timeNs, payload);
        if (connection.Session.State == SessionState.HandshakeBegan && IsTlsWanted(connection))
        {
            GoOnAsTls(connection);
            connection.SetBase(direction, data.Position);
            connection.Session.OnData(direction, 0, timeNs, payload);
        }
    }

    /// <summary>Draws the consequences of a call into the session.</summary>
    private void Settle(Connection connection)
    {
        var session = connection.Session!;
        var retained = session.RetainedBytes;
        Counters.RetainedBytes += retained - connection.RetainedBytes;
        connection.RetainedBytes = retained;
        if (connection.Role == Role.None && connection.Context!.Role is not Role.None and var role)
        {
            connection.Role = role;
            if (!sessions.IsWanted(connection.Protocol, role))
            {
                Ignore(connection);
                return;
            }
        }

        switch (session.State)
        {
            case SessionState.Failed:
                Counters.Demotions++;
                Notices.Add(connection, "The payload is not of the protocol it seemed to be.", isFault: false);
                Ignore(connection);
                break;
            case SessionState.Encrypted when IsTlsWanted(connection):
                GoOnAsTls(connection);
                break;
            case SessionState.Encrypted:
            case SessionState.HandshakeBegan:
            case SessionState.EndOfStream:
                Ignore(connection);
                break;
            default:
                KeepBytesBound();
                break;
        }
    }

    private bool IsTlsWanted(Connection connection) => sessions.IsWanted((byte)Protocol.Tls, connection.Role);

    // The next bytes are a handshake; the rows about it tell that the connection is encrypted.
    private void GoOnAsTls(Connection connection)
    {
        DisposeSession(connection);
        sessions.TryStart(connection, (byte)Protocol.Tls);
        (connection.SentBase, connection.ReceivedBase) = (connection.SentEnd, connection.ReceivedEnd);
        Counters.Sessions++;
    }

    private void TickSession(Connection connection, long nowNs)
    {
        if (connection.Session is null)
        {
            return;
        }

        try
        {
            connection.Session.OnTick(nowNs);
        }
        catch (Exception e)
        {
            Fault(connection, e);
            return;
        }

        Settle(connection);
    }
}
