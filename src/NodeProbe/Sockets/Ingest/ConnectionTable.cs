using System.Diagnostics.CodeAnalysis;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>Connections of one shard, ordered by their last event. Used by the shard's thread.</summary>
/// <param name="capacity">Connections held at most; the owner evicts before adding to a full table.</param>
internal sealed class ConnectionTable(int capacity)
{
    private const int MaxFree = 4096; // unused objects kept for reuse

    private readonly Dictionary<KernelConnectionId, Connection> _byId = [];
    private readonly Dictionary<ulong, Connection> _byDescriptor = []; // streams only: datagrams share their fd
    private readonly Stack<Connection> _free = [];
    private int _count;

    /// <summary>Connections held; by any thread.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>True when the next Add needs an eviction.</summary>
    public bool IsFull => _count >= capacity;

    /// <summary>The connection whose last event is longest ago.</summary>
    public Connection? Oldest { get; private set; }

    /// <summary>The connection of the last event.</summary>
    public Connection? Newest { get; private set; }

    /// <summary>Looks a connection up.</summary>
    public bool TryFind(in KernelConnectionId id, [NotNullWhen(true)] out Connection? connection)
    {
        if (Newest is { } newest && newest.Id == id)
        {
            connection = newest;
            return true;
        }

        return _byId.TryGetValue(id, out connection);
    }

    /// <summary>The stream that used the same descriptor of the same process number, of whatever generation.</summary>
    public Connection? FindDescriptor(in KernelConnectionId id) => _byDescriptor.GetValueOrDefault(Descriptor(id));

    /// <summary>Adds a connection as the newest.</summary>
    public Connection Add(in KernelConnectionId id, ConnectionFlags flags, long timeNs)
    {
        if (!_free.TryPop(out var connection))
        {
            connection = new Connection();
        }

        connection.Id = id;
        connection.Flags = flags;
        connection.Plaintext = (flags & ConnectionFlags.Tls) != 0;
        connection.LastEventNs = timeNs;
        _byId.Add(id, connection);
        if ((flags & ConnectionFlags.Datagram) == 0
            && (FindDescriptor(id) is not { } other || IsEarlier(other.Id, id)))
        {
            _byDescriptor[Descriptor(id)] = connection;
        }

        Append(connection);
        Volatile.Write(ref _count, _count + 1);
        return connection;
    }

    /// <summary>Makes a connection the newest.</summary>
    public void Touch(Connection connection, long timeNs)
    {
        connection.LastEventNs = timeNs;
        if (!ReferenceEquals(connection, Newest))
        {
            Unlink(connection);
            Append(connection);
        }
    }

    /// <summary>Removes a connection; the object is used again, so the caller must let go of it.</summary>
    public void Remove(Connection connection)
    {
        _byId.Remove(connection.Id);
        if (ReferenceEquals(FindDescriptor(connection.Id), connection))
        {
            _byDescriptor.Remove(Descriptor(connection.Id));
        }

        Unlink(connection);
        Volatile.Write(ref _count, _count - 1);
        connection.Reset();
        if (_free.Count < MaxFree)
        {
            _free.Push(connection);
        }
    }

    /// <summary>True when the first of two connections of one descriptor is the older.</summary>
    public static bool IsEarlier(in KernelConnectionId first, in KernelConnectionId second) =>
        (first.StartTicks, first.Generation).CompareTo((second.StartTicks, second.Generation)) < 0;

    private static ulong Descriptor(in KernelConnectionId id) => ((ulong)id.Tgid << 32) | (uint)id.Fd;

    private void Append(Connection connection)
    {
        (connection.Older, connection.Newer) = (Newest, null);
        if (Newest is null)
        {
            Oldest = connection;
        }
        else
        {
            Newest.Newer = connection;
        }

        Newest = connection;
    }

    private void Unlink(Connection connection)
    {
        if (connection.Older is { } older)
        {
            older.Newer = connection.Newer;
        }
        else
        {
            Oldest = connection.Newer;
        }

        if (connection.Newer is { } newer)
        {
            newer.Older = connection.Older;
        }
        else
        {
            Newest = connection.Older;
        }

        (connection.Older, connection.Newer) = (null, null);
    }
}
