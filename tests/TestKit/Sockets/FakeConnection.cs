using System.Net;
using System.Net.Sockets;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.TestKit.Sockets;

/// <summary>A connection of <see cref="FakeSocketProbe"/>: keeps positions and totals as the kernel does.</summary>
internal sealed class FakeConnection(
    FakeSocketProbe probe,
    KernelConnectionId id,
    IPEndPoint local,
    IPEndPoint remote,
    Role role,
    ConnectionFlags flags,
    Protocol protocol)
{
    private ulong _sent;
    private ulong _received;
    private ulong _plainSent;
    private ulong _plainReceived;
    private ConnectionFlags _flags = flags;

    /// <summary>Id in events.</summary>
    public KernelConnectionId Id => id;

    /// <summary>The process receives bytes.</summary>
    public void Receive(ReadOnlySpan<byte> payload) => Put(
        Direction.Ingress, ref IsPlaintext ? ref _plainReceived : ref _received, payload);

    /// <summary>The process sends bytes.</summary>
    public void Send(ReadOnlySpan<byte> payload) => Put(
        Direction.Egress, ref IsPlaintext ? ref _plainSent : ref _sent, payload);

    /// <summary>From now on the bytes are what a TLS library reads and writes.</summary>
    public void BecomePlaintext() => _flags |= ConnectionFlags.Tls;

    /// <summary>The process sends bytes that never reach the ring.</summary>
    public void SendLost(int bytes) => _sent += (ulong)bytes;

    /// <summary>The connection ends; its close event is put into the ring unless it is to be lost.</summary>
    public void Close(bool loseClose = false)
    {
        probe.Forget(this);
        if (!loseClose)
        {
            probe.Put(new FakeEvent(Describe(EventKind.Close), default, []));
        }
    }

    /// <summary>The connection's state in an event.</summary>
    public ConnectionEvent Describe(EventKind kind)
    {
        var result = new ConnectionEvent
        {
            Header = new EventHeader { Kind = kind, Size = 96, TimestampNs = probe.NextTimeNs(), Connection = id },
            LocalPort = (ushort)local.Port,
            RemotePort = (ushort)remote.Port,
            Family = (byte)(local.AddressFamily == AddressFamily.InterNetwork ? 1 : 2),
            Role = (byte)role,
            Protocol = (byte)protocol,
            Flags = _flags,
            BytesSent = _sent,
            BytesReceived = _received,
        };
        local.Address.TryWriteBytes(result.LocalAddress, out _);
        remote.Address.TryWriteBytes(result.RemoteAddress, out _);
        return result;
    }

    private bool IsPlaintext => (_flags & ConnectionFlags.Tls) != 0;

    private void Put(Direction direction, ref ulong position, ReadOnlySpan<byte> payload)
    {
        var data = new DataEvent
        {
            Header = new EventHeader
            {
                Kind = EventKind.Data,
                Size = 56 + (uint)payload.Length,
                TimestampNs = probe.NextTimeNs(),
                Connection = id,
            },
            Position = position,
            PayloadBytes = (uint)payload.Length,
            Direction = (byte)direction,
            Protocol = (byte)protocol,
            Role = (byte)role,
            Flags = _flags,
        };
        position += (ulong)payload.Length;
        probe.Put(new FakeEvent(default, data, payload.ToArray()));
    }
}
