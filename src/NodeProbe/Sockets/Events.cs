using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Kind of a record in the data ring.</summary>
internal enum EventKind : uint
{
    /// <summary>A connection was seen for the first time.</summary>
    Open = 1,

    /// <summary>Payload of a call.</summary>
    Data = 2,

    /// <summary>A connection ended.</summary>
    Close = 3,
}

/// <summary>Properties of a connection.</summary>
[Flags]
internal enum ConnectionFlags : byte
{
    /// <summary>A stream opened after the tracer started.</summary>
    None = 0,

    /// <summary>UDP; one connection per peer.</summary>
    Datagram = 1,

    /// <summary>Older than the tracer; positions count from first sight.</summary>
    Midstream = 2,

    /// <summary>The payload comes from a TLS library.</summary>
    Tls = 4,
}

/// <summary>struct pxo_connection_id, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_connection_id")]
internal readonly record struct KernelConnectionId(ulong StartTicks, ulong Generation, uint Tgid, int Fd);

/// <summary>struct pxo_event_header, 40 bytes.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_event_header")]
internal struct EventHeader
{
    /// <summary>What follows the header.</summary>
    public EventKind Kind;

    /// <summary>Filled bytes of the event, with this header.</summary>
    public uint Size;

    /// <summary>CLOCK_BOOTTIME at the return of the call, ns.</summary>
    public ulong TimestampNs;

    /// <summary>The connection.</summary>
    public KernelConnectionId Connection;
}

/// <summary>16 bytes of an address in network order; IPv4 in the first 4.</summary>
[InlineArray(16)]
internal struct AddressBytes
{
    private byte _first;
}

/// <summary>struct pxo_connection_event, 96 bytes: kinds Open and Close, and the state of a live connection.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_connection_event")]
internal struct ConnectionEvent
{
    /// <summary>Kind, time, connection.</summary>
    public EventHeader Header;

    /// <summary>Own address.</summary>
    public AddressBytes LocalAddress;

    /// <summary>Peer's address.</summary>
    public AddressBytes RemoteAddress;

    /// <summary>Own port, host order.</summary>
    public ushort LocalPort;

    /// <summary>Peer's port, host order.</summary>
    public ushort RemotePort;

    /// <summary>1 IPv4, 2 IPv6.</summary>
    public byte Family;

    /// <summary>0 not known, 1 client, 2 server.</summary>
    public byte Role;

    /// <summary>Model.Protocol.</summary>
    public byte Protocol;

    /// <summary>Properties.</summary>
    public ConnectionFlags Flags;

    /// <summary>Bytes sent since first sight.</summary>
    public ulong BytesSent;

    /// <summary>Bytes received since first sight.</summary>
    public ulong BytesReceived;
}

/// <summary>struct pxo_data_event, 56 bytes; the payload follows it.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_data_event")]
internal struct DataEvent
{
    /// <summary>Kind, time, connection.</summary>
    public EventHeader Header;

    /// <summary>Of the first payload byte in its direction, from first sight.</summary>
    public ulong Position;

    /// <summary>Bytes that follow.</summary>
    public uint PayloadBytes;

    /// <summary>0 egress, 1 ingress.</summary>
    public byte Direction;

    /// <summary>Model.Protocol as inferred so far.</summary>
    public byte Protocol;

    /// <summary>0 not known, 1 client, 2 server.</summary>
    public byte Role;

    /// <summary>Properties of the connection.</summary>
    public ConnectionFlags Flags;
}
