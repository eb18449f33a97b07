using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets.Ingest;

/// <summary>Endpoints of the kernel's connection records.</summary>
internal static class Addresses
{
    private const int IPv4Bytes = 4;
    private const int IPv6Bytes = 16;

    /// <summary>Own side.</summary>
    public static Endpoint Local(in ConnectionEvent connection) =>
        Read(connection.Family, connection.LocalAddress, connection.LocalPort);

    /// <summary>Peer.</summary>
    public static Endpoint Remote(in ConnectionEvent connection) =>
        Read(connection.Family, connection.RemoteAddress, connection.RemotePort);

    private static Endpoint Read(byte family, AddressBytes address, ushort port)
    {
        ReadOnlySpan<byte> bytes = address;
        return (AddressFamilyKind)family switch
        {
            AddressFamilyKind.IPv4 => Endpoint.FromNetworkBytes(bytes[..IPv4Bytes], port),
            AddressFamilyKind.IPv6 => Endpoint.FromNetworkBytes(bytes[..IPv6Bytes], port),
            _ => default,
        };
    }
}
