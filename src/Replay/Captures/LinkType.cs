namespace PixieOrleans.Replay.Captures;

/// <summary>Link-layer header types of captures (the registry of tcpdump.org), those that can be read.</summary>
internal enum LinkType
{
    /// <summary>BSD loopback: the address family in the byte order of the machine that captured.</summary>
    Null = 0,

    /// <summary>Ethernet.</summary>
    Ethernet = 1,

    /// <summary>Raw IP as some systems number it (DLT_RAW of BSD).</summary>
    RawBsd = 12,

    /// <summary>Raw IP as OpenBSD numbers it.</summary>
    RawOpenBsd = 14,

    /// <summary>Raw IP, version 4 or 6.</summary>
    Raw = 101,

    /// <summary>OpenBSD loopback: the address family in network order.</summary>
    Loop = 108,

    /// <summary>Linux cooked capture, version 1.</summary>
    LinuxCooked = 113,

    /// <summary>Raw IPv4.</summary>
    IPv4 = 228,

    /// <summary>Raw IPv6.</summary>
    IPv6 = 229,

    /// <summary>Linux cooked capture, version 2.</summary>
    LinuxCooked2 = 276,
}

/// <summary>Which link types can be read.</summary>
internal static class LinkTypes
{
    /// <summary>True for a member of <see cref="LinkType"/>; asked for every packet.</summary>
    public static bool CanRead(int linkType) => (LinkType)linkType is LinkType.Null or LinkType.Ethernet
        or LinkType.RawBsd or LinkType.RawOpenBsd or LinkType.Raw or LinkType.Loop or LinkType.LinuxCooked
        or LinkType.IPv4 or LinkType.IPv6 or LinkType.LinuxCooked2;
}
