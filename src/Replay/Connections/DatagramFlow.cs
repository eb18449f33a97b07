using PixieOrleans.Replay.Packets;

namespace PixieOrleans.Replay.Connections;

/// <summary>Datagrams between two endpoints. One that comes again at once was captured twice.</summary>
internal sealed class DatagramFlow(IByteSink sink, StreamCounters counters)
{
    private const long RepeatNs = 50_000_000; // a sender that tries again waits longer

    private readonly ulong[] _totals = new ulong[2];
    private readonly (int Hash, long TimeNs)[] _last = new (int, long)[2];

    /// <summary>Bytes of a direction so far.</summary>
    public ulong Total(int side) => _totals[side];

    /// <summary>Takes a datagram.</summary>
    public void Take(int side, in TransportPacket packet)
    {
        var hash = default(HashCode);
        hash.AddBytes(packet.Payload);
        var seen = (Hash: hash.ToHashCode(), packet.TimeNs);
        var last = _last[side];
        _last[side] = seen;
        if (seen.Hash == last.Hash && seen.TimeNs - last.TimeNs is >= 0 and < RepeatNs && _totals[side] > 0)
        {
            counters.RepeatedDatagrams++;
            return;
        }

        if (packet.Payload.Length == packet.PayloadLength) // else cut: it would not be read as what it was
        {
            sink.OnBytes(side, _totals[side], packet.TimeNs, packet.Payload);
        }

        _totals[side] += (ulong)packet.PayloadLength;
    }
}
