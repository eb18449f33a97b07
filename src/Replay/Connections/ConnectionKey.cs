using PixieOrleans.Model;
using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Connections;

/// <summary>Both ends of a connection in a fixed order: side 0 and side 1.</summary>
internal readonly record struct ConnectionKey(Endpoint First, Endpoint Second, bool IsDatagram)
{
    /// <summary>The key of a packet, and the side that sent it.</summary>
    public static ConnectionKey Of(in TransportPacket packet, out int side)
    {
        side = IsFirst(packet.Source, packet.Destination) ? 0 : 1;
        return side == 0
            ? new ConnectionKey(packet.Source, packet.Destination, packet.IsDatagram)
            : new ConnectionKey(packet.Destination, packet.Source, packet.IsDatagram);
    }

    /// <summary>The end of a side.</summary>
    public Endpoint End(int side) => side == 0 ? First : Second;

    private static bool IsFirst(in Endpoint a, in Endpoint b) =>
        (a.High, a.Low, a.Port).CompareTo((b.High, b.Low, b.Port)) <= 0;
}
