namespace PixieOrleans.Replay.Packets;

/// <summary>What became of the packets of a capture.</summary>
public sealed class PacketCounters
{
    /// <summary>Packets read.</summary>
    public long Packets;

    /// <summary>Bytes of these packets that were kept.</summary>
    public long Bytes;

    /// <summary>Packets of TCP.</summary>
    public long Tcp;

    /// <summary>Packets of UDP.</summary>
    public long Udp;

    /// <summary>Packets of other protocols: ARP, ICMP, tunnels.</summary>
    public long Others;

    /// <summary>Fragments of IP packets; they are not put together.</summary>
    public long Fragments;

    /// <summary>Packets whose headers contradict themselves.</summary>
    public long Malformed;

    /// <summary>Packets that were cut so short that their headers are missing.</summary>
    public long CutHeaders;

    /// <summary>Packets whose payload was cut when they were captured.</summary>
    public long CutPayloads;

    /// <summary>Bytes of payload missing for that.</summary>
    public long CutBytes;

    /// <summary>Packets of a link type that cannot be read.</summary>
    public long ForeignLinks;
}
