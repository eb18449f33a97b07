using System.Net;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>One event, copied out of the ring.</summary>
internal sealed record Recorded(
    KernelConnectionId Id, EventKind Kind, ConnectionEvent Connection, DataEvent Data, byte[] Payload);

/// <summary>What became known of one connection.</summary>
internal sealed class RecordedConnection(KernelConnectionId id, IReadOnlyList<Recorded> events)
{
    public KernelConnectionId Id => id;

    public IReadOnlyList<Recorded> Events => events;

    public ConnectionEvent Open => events.Last(e => e.Kind == EventKind.Open).Connection;

    public ConnectionEvent Close => Assert.Single(events, e => e.Kind == EventKind.Close).Connection;

    public bool IsClosed => events.Any(e => e.Kind == EventKind.Close);

    public IEnumerable<Recorded> Data => events.Where(e => e.Kind == EventKind.Data);

    /// <summary>Payload of a direction; it has to be without gaps from position 0.</summary>
    public byte[] Bytes(int direction)
    {
        var bytes = new List<byte>();
        foreach (var piece in Data.Where(e => e.Data.Direction == direction))
        {
            Assert.Equal((ulong)bytes.Count, piece.Data.Position);
            bytes.AddRange(piece.Payload);
        }

        return [.. bytes];
    }

    public static string Address(AddressBytes address, byte family) =>
        new IPAddress(((ReadOnlySpan<byte>)address)[..(family == 1 ? 4 : 16)]).ToString();
}

/// <summary>Keeps the events of all processes, by process.</summary>
internal sealed class EventRecorder : ISocketEventConsumer
{
    public const int Egress = 0;
    public const int Ingress = 1;

    private readonly List<Recorded> _events = [];

    public void OnOpen(in ConnectionEvent connection) => Add(EventKind.Open, in connection);

    public void OnClose(in ConnectionEvent connection) => Add(EventKind.Close, in connection);

    public void OnData(in DataEvent data, ReadOnlySpan<byte> payload) =>
        _events.Add(new Recorded(data.Header.Connection, EventKind.Data, default, data, payload.ToArray()));

    /// <summary>Connections of a process in the order of their first event.</summary>
    public List<RecordedConnection> Of(uint tgid) =>
    [
        .. from recorded in _events
           where recorded.Id.Tgid == tgid
           group recorded by recorded.Id into connection
           select new RecordedConnection(connection.Key, [.. connection]),
    ];

    /// <summary>The only connection on an fd of a process.</summary>
    public RecordedConnection Single(uint tgid, int fd) => Assert.Single(Of(tgid), c => c.Id.Fd == fd);

    private void Add(EventKind kind, in ConnectionEvent connection) =>
        _events.Add(new Recorded(connection.Header.Connection, kind, connection, default, []));
}
