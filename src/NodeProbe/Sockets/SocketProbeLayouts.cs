using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>One byte per protocol: roles whose payload is sent.</summary>
[InlineArray(16)]
internal struct RoleMasks
{
    private byte _first;
}

/// <summary>struct pxo_settings: the read-only data of the socket object.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_settings")]
internal struct SocketSettings
{
    /// <summary>Payload sent per call.</summary>
    public ulong CallBytes;

    /// <summary>Payload sent per connection; 0: no cap.</summary>
    public ulong ConnectionBytes;

    /// <summary>Inode number of the network namespace.</summary>
    public uint ScopeNetns;

    /// <summary>Kind of scope.</summary>
    public SocketScopeKind Scope;

    /// <summary>Process that is never traced.</summary>
    public uint OwnTgid;

    /// <summary>Rings in use.</summary>
    public uint Shards;

    /// <summary>Calls that inference looks at.</summary>
    public uint Attempts;

    /// <summary>Per protocol, the roles that are sent.</summary>
    public RoleMasks Roles;

    /// <summary>Payload sent per call of protocols that carry many messages in one.</summary>
    public uint BatchCallBytes;

    /// <summary>1: the TLS object is loaded too.</summary>
    public uint Tls;

    /// <summary>Zero.</summary>
    public uint Pad;
}

/// <summary>struct pxo_connection_key.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_connection_key")]
internal readonly record struct ConnectionKey(uint Fd, uint Tgid);

/// <summary>struct pxo_peer_key.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_peer_key")]
internal struct PeerKey
{
    /// <summary>The UDP socket.</summary>
    public ConnectionKey Socket;

    /// <summary>The peer.</summary>
    public AddressBytes Address;

    /// <summary>Its port, host order.</summary>
    public ushort Port;

    /// <summary>1 IPv4, 2 IPv6.</summary>
    public ushort Family;

    /// <summary>Zero.</summary>
    public uint Pad;
}

/// <summary>64 bytes of kernel-side prefixes.</summary>
[InlineArray(64)]
internal struct PrefixBytes
{
    private byte _first;
}

/// <summary>Two counts of the kernel side: sent, received.</summary>
[InlineArray(2)]
internal struct PlainTotals
{
    private ulong _first;
}

/// <summary>struct pxo_connection: value of the maps of live connections.</summary>
[StructLayout(LayoutKind.Sequential), BtfStruct("pxo_connection")]
internal struct ConnectionState
{
    /// <summary>As sent; kind 0 for a UDP socket itself, whose peers are the connections.</summary>
    public ConnectionEvent Event;

    /// <summary>Address of the struct file.</summary>
    public ulong File;

    /// <summary>Payload sent.</summary>
    public ulong PayloadBytes;

    /// <summary>First bytes of both directions.</summary>
    public PrefixBytes Prefix;

    /// <summary>How many of them, per direction.</summary>
    public ushort PrefixCounts;

    /// <summary>Calls that inference has looked at.</summary>
    public byte Attempts;

    /// <summary>0 on, 1 off.</summary>
    public byte Tracing;

    /// <summary>Zero.</summary>
    public uint Pad;

    /// <summary>Per direction, bytes that calls of a TLS library moved.</summary>
    public PlainTotals PlainBytes;
}
