using System.Globalization;

namespace PixieOrleans.NodeProbe.Sockets;

/// <content>
/// What the kernel's hooks cannot end in time: further peers of UDP sockets, and connections of processes
/// whose exit was missed (more than 1,024 descriptors).
/// </content>
internal sealed partial class SocketProbe
{
    private const int StartTimeField = 22 - 3; // of /proc/PID/stat, counted behind the command's name

    /// <summary>
    /// Ends connections of a shard that are over: hands their last state to the consumer as closed and frees
    /// their entries. To be called by the shard's thread now and then (10 s); returns how many ended.
    /// </summary>
    /// <param name="shard">The shard.</param>
    /// <param name="consumer">Gets OnClose, after the events that are in the ring so far.</param>
    /// <param name="nowNs">CLOCK_BOOTTIME, ns.</param>
    internal int Sweep(int shard, ISocketEventConsumer consumer, ulong nowNs)
    {
        var keys = new List<ConnectionKey>();
        var states = new List<ConnectionState>();
        var files = new Dictionary<ConnectionKey, ulong>();
        var starts = new Dictionary<uint, ulong>();
        var ended = 0;
        _connections.ReadAll(keys, states);
        for (var i = 0; i < keys.Count; i++)
        {
            var state = states[i];
            if (IsAlive(in state, starts))
            {
                files[keys[i]] = state.File;
            }
            else if (ShardOf(keys[i].Tgid, keys[i].Fd) == shard && _connections.Remove(keys[i]))
            {
                ended += Close(consumer, in state, nowNs);
            }
        }

        return ended + SweepPeers(shard, consumer, nowNs, files);
    }

    private int SweepPeers(
        int shard, ISocketEventConsumer consumer, ulong nowNs, Dictionary<ConnectionKey, ulong> files)
    {
        var keys = new List<PeerKey>();
        var states = new List<ConnectionState>();
        var idleNs = (ulong)_options.PeerIdle.TotalMilliseconds * 1_000_000;
        var ended = 0;
        _peers.ReadAll(keys, states);
        for (var i = 0; i < keys.Count; i++)
        {
            var (key, state) = (keys[i], states[i]);
            var isIdle = nowNs > state.Event.Header.TimestampNs && nowNs - state.Event.Header.TimestampNs > idleNs;
            var hasSocket = files.TryGetValue(key.Socket, out var file) ? file == state.File : IsJustMade(key.Socket);
            if ((isIdle || !hasSocket) && ShardOf(key.Socket.Tgid, key.Socket.Fd) == shard && _peers.Remove(key))
            {
                ended += Close(consumer, in state, nowNs);
            }
        }

        return ended;
    }

    /// <summary>A socket that came after the map was read.</summary>
    private bool IsJustMade(ConnectionKey socket) => _connections.TryGet(socket, out _);

    private static int Close(ISocketEventConsumer consumer, in ConnectionState state, ulong nowNs)
    {
        var connection = state.Event;
        if (connection.Header.Kind == 0)
        {
            return 0; // the UDP socket itself was never reported
        }

        connection.Header.Kind = EventKind.Close;
        connection.Header.TimestampNs = nowNs;
        consumer.OnClose(in connection);
        return 1;
    }

    /// <summary>Whether the very process of the connection still runs; asks /proc once per process.</summary>
    private static bool IsAlive(in ConnectionState state, Dictionary<uint, ulong> starts)
    {
        var id = state.Event.Header.Connection;
        if (id.Tgid == 0)
        {
            return true; // just being made
        }

        if (!starts.TryGetValue(id.Tgid, out var start))
        {
            start = ReadStartTicks(id.Tgid);
            starts[id.Tgid] = start;
        }

        return start == id.StartTicks;
    }

    /// <summary>Start of a process in ticks since boot; 0 when there is none.</summary>
    private static ulong ReadStartTicks(uint tgid)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{tgid}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return ulong.Parse(fields[StartTimeField], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // gone
        }
    }
}
