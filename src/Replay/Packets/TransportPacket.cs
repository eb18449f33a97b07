using PixieOrleans.Model;

namespace PixieOrleans.Replay.Packets;

/// <summary>Flags of a TCP segment, those that matter here.</summary>
[Flags]
internal enum TcpFlags : byte
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>The sender is done.</summary>
    Fin = 1,

    /// <summary>The connection begins.</summary>
    Syn = 2,

    /// <summary>The connection is broken off.</summary>
    Rst = 4,

    /// <summary>The acknowledgement is valid.</summary>
    Ack = 16,
}

/// <summary>A TCP segment or UDP datagram; the payload is valid until the next packet is read.</summary>
internal ref struct TransportPacket
{
    /// <summary>When it was captured, ns since 1970.</summary>
    public long TimeNs;

    /// <summary>Sender.</summary>
    public Endpoint Source;

    /// <summary>Receiver.</summary>
    public Endpoint Destination;

    /// <summary>True for UDP.</summary>
    public bool IsDatagram;

    /// <summary>Sequence number of the first byte, or of SYN.</summary>
    public uint Sequence;

    /// <summary>Next byte that the sender expects.</summary>
    public uint Acknowledged;

    /// <summary>Flags of a segment.</summary>
    public TcpFlags Flags;

    /// <summary>Bytes of payload that were kept.</summary>
    public ReadOnlySpan<byte> Payload;

    /// <summary>Bytes of payload that there were.</summary>
    public int PayloadLength;
}
