using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>A connection as conn_stats counts it.</summary>
internal readonly record struct ConnectionTotals(
    KernelConnectionId Id,
    Endpoint Local,
    Endpoint Remote,
    Role Role,
    Protocol Protocol,
    ConnectionFlags Flags,
    ulong BytesSent,
    ulong BytesReceived)
{
    /// <summary>From the kernel's record.</summary>
    public static ConnectionTotals From(in ConnectionEvent connection) => new(
        connection.Header.Connection,
        Addresses.Local(connection),
        Addresses.Remote(connection),
        (Role)connection.Role,
        (Protocol)connection.Protocol,
        connection.Flags,
        connection.BytesSent,
        connection.BytesReceived);
}

/// <summary>Closed connections on their way from a shard to conn_stats; bounded.</summary>
/// <param name="capacity">Connections held at most.</param>
internal sealed class ClosedConnections(int capacity)
{
    private readonly Lock _gate = new();
    private List<ConnectionTotals> _closed = [];

    /// <summary>Adds one; false when full.</summary>
    public bool TryAdd(in ConnectionTotals closed)
    {
        lock (_gate)
        {
            if (_closed.Count >= capacity)
            {
                return false;
            }

            _closed.Add(closed);
            return true;
        }
    }

    /// <summary>Takes all; <paramref name="empty"/> is filled from now on.</summary>
    public List<ConnectionTotals> Exchange(List<ConnectionTotals> empty)
    {
        lock (_gate)
        {
            (_closed, empty) = (empty, _closed);
            return empty;
        }
    }
}
