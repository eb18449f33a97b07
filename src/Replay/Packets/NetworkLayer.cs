using System.Buffers.Binary;
using PixieOrleans.Model;

namespace PixieOrleans.Replay.Packets;

/// <summary>IP headers and those of TCP and UDP.</summary>
/// <remarks>Checksums are not looked at: they are wrong in captures of a sender that lets its card compute them.
/// </remarks>
/// <param name="counters">Counts what is dropped.</param>
/// <param name="missing">Bytes at the packet's end that were not kept.</param>
internal readonly ref struct NetworkLayer(PacketCounters counters, int missing)
{
    private const int Tcp = 6;
    private const int Udp = 17;
    private const int MaxExtensions = 8;
    private const int IPv4HeaderBytes = 20;
    private const int IPv6HeaderBytes = 40;
    private const int TcpHeaderBytes = 20;
    private const int UdpHeaderBytes = 8;

    /// <summary>Reads an IPv4 packet (RFC 791).</summary>
    public bool TryReadIPv4(ReadOnlySpan<byte> data, ref TransportPacket packet)
    {
        if (data.Length < IPv4HeaderBytes)
        {
            return Drop(ref counters.CutHeaders);
        }

        var headerBytes = (data[0] & 15) * 4;
        int total = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        total = total == 0 ? data.Length + missing : total; // the card cuts it into packets later
        if (headerBytes < IPv4HeaderBytes || total < headerBytes)
        {
            return Drop(ref counters.Malformed);
        }

        const int FragmentBits = 0x3fff; // more fragments, offset
        if ((BinaryPrimitives.ReadUInt16BigEndian(data[6..]) & FragmentBits) != 0)
        {
            return Drop(ref counters.Fragments);
        }

        if (data.Length < headerBytes)
        {
            return Drop(ref counters.CutHeaders);
        }

        packet.Source = Endpoint.FromNetworkBytes(data.Slice(12, 4), 0);
        packet.Destination = Endpoint.FromNetworkBytes(data.Slice(16, 4), 0);
        return TryReadTransport(data[9], data[headerBytes..], total - headerBytes, ref packet);
    }

    /// <summary>Reads an IPv6 packet (RFC 8200) behind its extension headers.</summary>
    public bool TryReadIPv6(ReadOnlySpan<byte> data, ref TransportPacket packet)
    {
        if (data.Length < IPv6HeaderBytes)
        {
            return Drop(ref counters.CutHeaders);
        }

        int length = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        length = length == 0 ? data.Length + missing - IPv6HeaderBytes : length; // a jumbogram, or cut by the card
        packet.Source = Endpoint.FromNetworkBytes(data.Slice(8, 16), 0);
        packet.Destination = Endpoint.FromNetworkBytes(data.Slice(24, 16), 0);
        int next = data[6];
        data = data[IPv6HeaderBytes..];
        for (var extensions = 0; extensions < MaxExtensions; extensions++)
        {
            if (ExtensionBytes(next, data) is not { } bytes)
            {
                return TryReadTransport(next, data, length, ref packet);
            }

            if (data.Length < bytes || bytes == 0)
            {
                return Drop(ref counters.CutHeaders);
            }

            if (IsFragment(next, data))
            {
                return Drop(ref counters.Fragments);
            }

            (next, length) = (data[0], length - bytes);
            data = data[bytes..];
        }

        return Drop(ref counters.Malformed);
    }

    // Length of the extension header of this number; 0 when it cannot be read, null when the number is none.
    private static int? ExtensionBytes(int number, ReadOnlySpan<byte> data)
    {
        const int FragmentHeaderBytes = 8;
        return number switch
        {
            0 or 43 or 60 or 135 => data.Length < 2 ? 0 : 8 + (data[1] * 8), // options, routing, mobility
            51 => data.Length < 2 ? 0 : 8 + (data[1] * 4), // authentication
            44 => FragmentHeaderBytes,
            _ => null,
        };
    }

    // A packet that is its own only fragment (RFC 6946) is whole.
    private static bool IsFragment(int number, ReadOnlySpan<byte> data) =>
        number == 44 && (BinaryPrimitives.ReadUInt16BigEndian(data[2..]) & 0xfff9) != 0;

    private bool TryReadTransport(int protocol, ReadOnlySpan<byte> data, int length, ref TransportPacket packet)
    {
        data = data[..Math.Min(data.Length, Math.Max(0, length))]; // without the padding of short frames
        switch (protocol)
        {
            case Tcp:
                counters.Tcp++;
                return TryReadTcp(data, length, ref packet);
            case Udp:
                counters.Udp++;
                return TryReadUdp(data, length, ref packet);
            default:
                return Drop(ref counters.Others);
        }
    }

    private bool TryReadTcp(ReadOnlySpan<byte> data, int length, ref TransportPacket packet)
    {
        if (data.Length < TcpHeaderBytes)
        {
            return Drop(ref length < TcpHeaderBytes ? ref counters.Malformed : ref counters.CutHeaders);
        }

        var headerBytes = (data[12] >> 4) * 4;
        if (headerBytes < TcpHeaderBytes || headerBytes > length)
        {
            return Drop(ref counters.Malformed);
        }

        ReadPorts(data, ref packet);
        packet.Sequence = BinaryPrimitives.ReadUInt32BigEndian(data[4..]);
        packet.Acknowledged = BinaryPrimitives.ReadUInt32BigEndian(data[8..]);
        packet.Flags = (TcpFlags)data[13];
        packet.Payload = data[Math.Min(headerBytes, data.Length)..];
        packet.PayloadLength = length - headerBytes;
        CountCut(packet);
        return true;
    }

    private bool TryReadUdp(ReadOnlySpan<byte> data, int length, ref TransportPacket packet)
    {
        if (data.Length < UdpHeaderBytes)
        {
            return Drop(ref length < UdpHeaderBytes ? ref counters.Malformed : ref counters.CutHeaders);
        }

        int own = BinaryPrimitives.ReadUInt16BigEndian(data[4..]);
        own = own == 0 ? length : own;
        if (own < UdpHeaderBytes || own > length)
        {
            return Drop(ref counters.Malformed);
        }

        ReadPorts(data, ref packet);
        packet.IsDatagram = true;
        packet.Payload = data[UdpHeaderBytes..Math.Min(own, data.Length)];
        packet.PayloadLength = own - UdpHeaderBytes;
        CountCut(packet);
        return true;
    }

    private static void ReadPorts(ReadOnlySpan<byte> data, ref TransportPacket packet)
    {
        packet.Source = packet.Source with { Port = BinaryPrimitives.ReadUInt16BigEndian(data) };
        packet.Destination = packet.Destination with { Port = BinaryPrimitives.ReadUInt16BigEndian(data[2..]) };
    }

    private void CountCut(in TransportPacket packet)
    {
        if (packet.Payload.Length < packet.PayloadLength)
        {
            counters.CutPayloads++;
            counters.CutBytes += packet.PayloadLength - packet.Payload.Length;
        }
    }

    private static bool Drop(ref long counter)
    {
        counter++;
        return false;
    }
}
