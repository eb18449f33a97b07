using System.Buffers.Binary;
using PixieOrleans.Replay.Captures;

namespace PixieOrleans.Replay.Packets;

/// <summary>From captured bytes to TCP segments and UDP datagrams; counts what is neither.</summary>
internal sealed class PacketDecoder(PacketCounters counters)
{
    private const int IPv4 = 0x0800;
    private const int IPv6 = 0x86dd;
    private const int Cut = -1; // no type: the header is cut
    private const int Other = 0;
    private const int MaxTags = 4; // VLAN tags in one another

    /// <summary>Decodes one packet; false when it carries nothing for us.</summary>
    public bool TryDecode(in CapturedPacket captured, out TransportPacket packet)
    {
        packet = default;
        packet.TimeNs = captured.TimeNs;
        counters.Packets++;
        counters.Bytes += captured.Data.Length;
        var data = captured.Data;
        var missing = captured.OriginalLength - data.Length;
        switch (ReadLink(captured.LinkType, ref data))
        {
            case IPv4:
                return new NetworkLayer(counters, missing).TryReadIPv4(data, ref packet);
            case IPv6:
                return new NetworkLayer(counters, missing).TryReadIPv6(data, ref packet);
            case Cut:
                counters.CutHeaders++;
                return false;
            default:
                counters.Others++;
                return false;
        }
    }

    /// <summary>Removes the link header; returns the type of what follows.</summary>
    private static int ReadLink(LinkType linkType, ref ReadOnlySpan<byte> data) => linkType switch
    {
        LinkType.Ethernet => ReadTyped(ref data, typeAt: 12, headerBytes: 14),
        LinkType.LinuxCooked => ReadTyped(ref data, typeAt: 14, headerBytes: 16),
        LinkType.LinuxCooked2 => ReadTyped(ref data, typeAt: 0, headerBytes: 20),
        LinkType.Null or LinkType.Loop => ReadLoopback(ref data),
        _ => TypeOfVersion(data),
    };

    // A header with an Ethernet type; tags of VLANs (802.1Q, 802.1ad, QinQ of old) may follow.
    private static int ReadTyped(ref ReadOnlySpan<byte> data, int typeAt, int headerBytes)
    {
        const int TagBytes = 4;
        if (data.Length < headerBytes)
        {
            return Cut;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(data[typeAt..]);
        data = data[headerBytes..];
        for (var tags = 0; tags < MaxTags && type is 0x8100 or 0x88a8 or 0x9100; tags++)
        {
            if (data.Length < TagBytes)
            {
                return Cut;
            }

            type = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
            data = data[TagBytes..];
        }

        return type;
    }

    // The family is a number of the machine that captured, in its byte order; what follows says the same.
    private static int ReadLoopback(ref ReadOnlySpan<byte> data)
    {
        const int FamilyBytes = 4;
        if (data.Length < FamilyBytes)
        {
            return Cut;
        }

        data = data[FamilyBytes..];
        return TypeOfVersion(data);
    }

    private static int TypeOfVersion(ReadOnlySpan<byte> data) => data.IsEmpty
        ? Cut
        : (data[0] >> 4) switch
        {
            4 => IPv4,
            6 => IPv6,
            _ => Other,
        };
}
