using PixieOrleans.Replay.ConnStats;
using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Connections;

/// <summary>Segments and datagrams on their way to rows: connections, their sessions, and the clock of the capture.
/// </summary>
internal sealed class ConnectionTracker(
    ReplayOptions options, SessionFactory sessions, PeerTable peers, StreamCounters counters)
{
    private const long TickNs = 1_000_000_000;
    private const long TickWindowNs = 120_000_000_000; // sessions silent for longer have expired what they waited for
    private const long EndedNs = 10_000_000_000; // what follows an ended connection comes within
    private const long IdleNs = 3_600_000_000_000;

    private readonly ConnectionList _connections = new();
    private ulong _numbers;
    private long _lastTickNs;
    private long _waitingBytes;
    private long _sessionBytes;

    /// <summary>Time of the newest packet, ns since 1970; grows.</summary>
    public long NowNs { get; private set; }

    /// <summary>Connections held now.</summary>
    public int Count => _connections.Count;

    /// <summary>True when a second of the capture has passed since the last tick.</summary>
    public bool IsTickDue => NowNs - _lastTickNs >= TickNs;

    /// <summary>Takes a segment or datagram.</summary>
    public void Take(in TransportPacket packet)
    {
        NowNs = Math.Max(NowNs, packet.TimeNs);
        var connection = Find(packet, ConnectionKey.Of(packet, out var side), side);
        if (connection.Tcp is { } tcp)
        {
            LearnServer(connection, side, packet.Flags);
            var wasClosed = tcp.IsClosed;
            tcp.Take(side, packet);
            if (tcp.IsClosed && !wasClosed)
            {
                End(connection);
            }
        }
        else
        {
            connection.Udp!.Take(side, packet);
        }

        peers.Count(connection);
        Settle(connection);
        KeepBounds();
    }

    /// <summary>Lets sessions expire what they wait for, and forgets connections that are over.</summary>
    public void Tick()
    {
        _lastTickNs = NowNs;
        for (var connection = _connections.Newest; connection is not null; connection = connection.Older)
        {
            if (NowNs - connection.LastNs > TickWindowNs)
            {
                break;
            }

            if (!connection.IsEnded)
            {
                connection.Tcp?.Tick(NowNs);
                connection.Payload.Tick(NowNs);
                if (connection.Tcp is { IsClosed: true })
                {
                    End(connection);
                }

                Settle(connection);
            }
        }

        ForgetOld();
        peers.Tick(NowNs);
    }

    /// <summary>Ends all connections so that what they hold becomes rows.</summary>
    public void Finish()
    {
        while (_connections.Oldest is { } oldest)
        {
            Remove(oldest, isOpen: oldest.Tcp?.IsReset != true);
        }

        peers.Write(NowNs);
    }

    // The connections that ended lie among others, so all are looked at until one is too young.
    private void ForgetOld()
    {
        for (var connection = _connections.Oldest; connection is not null;)
        {
            var silentNs = NowNs - connection.LastNs;
            if (silentNs <= EndedNs)
            {
                return;
            }

            var newer = connection.Newer;
            if (connection.IsEnded || silentNs > IdleNs)
            {
                Remove(connection, isOpen: false);
            }

            connection = newer;
        }
    }

    private CapturedConnection Find(in TransportPacket packet, in ConnectionKey key, int side)
    {
        if (_connections.TryFind(key, out var connection))
        {
            if (connection.Tcp?.IsAnother(side, packet) != true)
            {
                connection.LastNs = NowNs;
                _connections.Touch(connection);
                return connection;
            }

            Remove(connection, isOpen: false);
        }

        if (_connections.Count >= options.MaxConnections)
        {
            counters.Evicted += _connections.Oldest!.IsEnded ? 0 : 1;
            Remove(_connections.Oldest, isOpen: true);
        }

        connection = Create(key);
        _connections.Add(connection);
        return connection;
    }

    private CapturedConnection Create(in ConnectionKey key)
    {
        var payload = new ConnectionPayload(sessions, counters);
        var connection = new CapturedConnection(key, ++_numbers)
        {
            Payload = payload,
            Tcp = key.IsDatagram ? null : new TcpReassembly(payload, counters, options.MaxStreamBytes),
            Udp = key.IsDatagram ? new DatagramFlow(payload, counters) : null,
            LastNs = NowNs,
        };
        payload.Connection = connection;
        counters.UdpConnections += key.IsDatagram ? 1 : 0;
        counters.TcpConnections += key.IsDatagram ? 0 : 1;
        return connection;
    }

    private static void LearnServer(CapturedConnection connection, int side, TcpFlags flags)
    {
        if (connection.Server is null && (flags & TcpFlags.Syn) != 0)
        {
            connection.Server = (flags & TcpFlags.Ack) != 0 ? side : 1 - side;
        }
    }

    private void End(CapturedConnection connection)
    {
        connection.Tcp?.Flush(NowNs);
        connection.Payload.Close(NowNs);
        connection.Tcp?.Release();
        connection.IsEnded = true;
        counters.Midstream += connection.Tcp is { IsMidstream: true } ? 1 : 0;
        peers.Close(connection);
    }

    // What is still open at the end of the capture has not been closed for conn_stats.
    private void Remove(CapturedConnection connection, bool isOpen)
    {
        if (!connection.IsEnded)
        {
            connection.Tcp?.Flush(NowNs);
            connection.Payload.Close(NowNs);
            connection.Tcp?.Release();
            connection.GuessServer();
            counters.Midstream += connection.Tcp is { IsMidstream: true } ? 1 : 0;
            if (isOpen)
            {
                peers.Count(connection);
            }
            else
            {
                peers.Close(connection);
            }
        }

        Settle(connection);
        _connections.Remove(connection);
    }

    private void Settle(CapturedConnection connection)
    {
        var retained = (connection.Tcp?.RetainedBytes ?? 0, connection.Payload.RetainedBytes);
        _waitingBytes += retained.Item1 - connection.Retained.Waiting;
        _sessionBytes += retained.Item2 - connection.Retained.Sessions;
        connection.Retained = retained;
    }

    private void KeepBounds()
    {
        for (var victim = _connections.Oldest;
            victim is not null && _waitingBytes > options.MaxWaitingBytes;
            victim = victim.Newer)
        {
            if (victim.Retained.Waiting > 0)
            {
                victim.Tcp!.Flush(NowNs);
                victim.Tcp.Release();
                Settle(victim);
            }
        }

        for (var victim = _connections.Oldest;
            victim is not null && _sessionBytes > options.MaxSessionBytes;
            victim = victim.Newer)
        {
            if (victim.Retained.Sessions > 0)
            {
                victim.Payload.Evict(victim.LastNs);
                Settle(victim);
            }
        }
    }
}
