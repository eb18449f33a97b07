using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.NodeProbe.Networks;

/// <summary>struct pxo_tcp_owner of bpf/host/tcp.h: the process that used a socket last.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_tcp_owner")]
internal readonly record struct TcpOwner(ulong StartNs, ulong SinceNs, uint Tgid, uint Pad);

/// <summary>struct pxo_tcp_key.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_tcp_key")]
internal readonly record struct TcpKey(ulong Sock, TcpOwner Owner);

/// <summary>struct pxo_tcp_traffic: a connection since the last look.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_tcp_traffic")]
internal struct TcpTraffic
{
    /// <summary>Own side, network order.</summary>
    public AddressBytes LocalAddress;

    /// <summary>Peer, network order.</summary>
    public AddressBytes RemoteAddress;

    /// <summary>Own port, host order.</summary>
    public ushort LocalPort;

    /// <summary>Port of the peer, host order.</summary>
    public ushort RemotePort;

    /// <summary>1 IPv4, 2 IPv6.</summary>
    public uint Family;

    /// <summary>Sent by calls.</summary>
    public ulong SentBytes;

    /// <summary>Received by calls.</summary>
    public ulong ReceivedBytes;

    /// <summary>Segments sent again.</summary>
    public ulong Retransmits;
}
