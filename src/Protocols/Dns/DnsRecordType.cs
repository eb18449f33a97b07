using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>Type of a resource record: its name, and what its data is made of.</summary>
/// <param name="Name">As in a zone file.</param>
/// <param name="Fields">The fields of its data, in the order of the wire.</param>
internal sealed record DnsRecordType(ReadOnlyMemory<byte> Name, ImmutableArray<DnsField> Fields)
{
    /// <summary>OPT, whose record carries the upper bits of the response code instead of data.</summary>
    public const ushort Opt = 41;

    /// <summary>What is known of the data of other types: its bytes.</summary>
    public static ImmutableArray<DnsField> Unknown { get; } = [Field("rdata:Hex")];

    // RFC 1035, 1183, 1876, 2782, 3403, 3596, 4034, 4255, 5155, 6672, 6698, 7553, 7929, 8659, 9460.
    private static readonly FrozenDictionary<ushort, DnsRecordType> Types = new Dictionary<ushort, DnsRecordType>
    {
        [1] = Of("A", "addr:Ipv4"),
        [2] = Of("NS", "ns:Name"),
        [5] = Of("CNAME", "cname:Name"),
        [6] = Of("SOA", "mname:Name rname:Name serial:U32 refresh:U32 retry:U32 expire:U32 minimum:U32"),
        [12] = Of("PTR", "ptr:Name"),
        [13] = Of("HINFO", "cpu:Text os:Text"),
        [15] = Of("MX", "preference:U16 exchange:Name"),
        [16] = Of("TXT", "txt:Texts"),
        [17] = Of("RP", "mbox:Name txt:Name"),
        [28] = Of("AAAA", "addr:Ipv6"),
        [29] = Of("LOC", "rdata:Hex"),
        [33] = Of("SRV", "priority:U16 weight:U16 port:U16 target:Name"),
        [35] = Of("NAPTR", "order:U16 preference:U16 flags:Text services:Text regexp:Text replacement:Name"),
        [39] = Of("DNAME", "dname:Name"),
        [Opt] = Of("OPT", "rdata:Hex"),
        [43] = Of("DS", "key_tag:U16 algorithm:U8 digest_type:U8 digest:Hex"),
        [44] = Of("SSHFP", "algorithm:U8 fingerprint_type:U8 fingerprint:Hex"),
        [46] = Of(
            "RRSIG",
            "covered:Type algorithm:U8 labels:U8 original_ttl:U32 expiration:U32 inception:U32 key_tag:U16 "
            + "signer:Name signature:Hex"),
        [47] = Of("NSEC", "next:Name types:Hex"),
        [48] = Of("DNSKEY", "flags:U16 protocol:U8 algorithm:U8 public_key:Hex"),
        [50] = Of("NSEC3", "rdata:Hex"),
        [51] = Of("NSEC3PARAM", "rdata:Hex"),
        [52] = Of("TLSA", "usage:U8 selector:U8 matching_type:U8 certificate:Hex"),
        [53] = Of("SMIMEA", "usage:U8 selector:U8 matching_type:U8 certificate:Hex"),
        [59] = Of("CDS", "key_tag:U16 algorithm:U8 digest_type:U8 digest:Hex"),
        [60] = Of("CDNSKEY", "flags:U16 protocol:U8 algorithm:U8 public_key:Hex"),
        [61] = Of("OPENPGPKEY", "rdata:Hex"),
        [64] = Of("SVCB", "priority:U16 target:Name params:Params"),
        [65] = Of("HTTPS", "priority:U16 target:Name params:Params"),
        [99] = Of("SPF", "txt:Texts"),
        [249] = Of("TKEY", "rdata:Hex"),
        [250] = Of("TSIG", "rdata:Hex"),
        [251] = Of("IXFR", "rdata:Hex"),
        [252] = Of("AXFR", "rdata:Hex"),
        [255] = Of("ANY", "rdata:Hex"),
        [256] = Of("URI", "priority:U16 weight:U16 target:Rest"),
        [257] = Of("CAA", "flags:U8 tag:Text value:Rest"),
    }.ToFrozenDictionary();

    /// <summary>The type of a number; null when it has no name here.</summary>
    public static DnsRecordType? Find(ushort number) => Types.GetValueOrDefault(number);

    private static DnsRecordType Of(string name, string fields) =>
        new(Encoding.ASCII.GetBytes(name), [.. fields.Split(' ').Select(Field)]);

    private static DnsField Field(string text)
    {
        var parts = text.Split(':');
        return new DnsField(Encoding.ASCII.GetBytes(parts[0]), Enum.Parse<DnsFieldKind>(parts[1]));
    }
}

/// <summary>A field of a record's data.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Kind">How it is written.</param>
internal readonly record struct DnsField(ReadOnlyMemory<byte> Name, DnsFieldKind Kind);

/// <summary>Kinds of fields.</summary>
internal enum DnsFieldKind
{
    /// <summary>Number of 1 byte.</summary>
    U8,

    /// <summary>Number of 2 bytes.</summary>
    U16,

    /// <summary>Number of 4 bytes.</summary>
    U32,

    /// <summary>Number of a record type, written by name.</summary>
    Type,

    /// <summary>A name, maybe compressed.</summary>
    Name,

    /// <summary>Address of 4 bytes.</summary>
    Ipv4,

    /// <summary>Address of 16 bytes.</summary>
    Ipv6,

    /// <summary>Text behind its length of 1 byte.</summary>
    Text,

    /// <summary>All texts that follow, joined.</summary>
    Texts,

    /// <summary>All bytes that follow, as text.</summary>
    Rest,

    /// <summary>All bytes that follow, in hexadecimal digits.</summary>
    Hex,

    /// <summary>Parameters of a service (RFC 9460 section 2.2), an object.</summary>
    Params,
}
