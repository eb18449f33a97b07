using System.Buffers.Binary;

namespace PixieOrleans.Protocols.Dns;

/// <summary>Header of a DNS message.</summary>
/// <remarks>
/// Layout, all big endian: id, 2 bytes; flags, 2 (QR, opcode 4, AA, TC, RD, RA, Z, AD, CD, rcode 4); counts of
/// questions, answers, authority and additional records, 2 each. Source: RFC 1035 section 4.1.1, RFC 4035 section 3.
/// </remarks>
internal readonly record struct DnsHeader(
    ushort Id, ushort Flags, ushort Questions, ushort Answers, ushort Authorities, ushort Additionals)
{
    /// <summary>Bytes of a header.</summary>
    public const int Length = 12;

    private const int MaxQuestions = 16; // one, in practice
    private const int MinQuestionBytes = 5; // root, type, class
    private const int MinRecordBytes = 11; // root, type, class, time to live, length
    private const int MaxOpcode = 6; // stateful operations, RFC 8490
    private const ushort ResponseCodeBits = 0x000f;
    private const ushort ReservedBit = 0x0040;

    /// <summary>An answer, not a question.</summary>
    public bool IsResponse => (Flags & 0x8000) != 0;

    /// <summary>Kind of query; 0 is the common one.</summary>
    public int Opcode => (Flags >> 11) & 15;

    /// <summary>The sender says that records were left out.</summary>
    public bool IsTruncated => (Flags & 0x0200) != 0;

    /// <summary>Response code without the upper bits that EDNS adds.</summary>
    public int ResponseCode => Flags & ResponseCodeBits;

    /// <summary>Reads a header; there have to be <see cref="Length"/> bytes.</summary>
    public static DnsHeader Read(ReadOnlySpan<byte> message) => new(
        BinaryPrimitives.ReadUInt16BigEndian(message),
        BinaryPrimitives.ReadUInt16BigEndian(message[2..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[4..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[6..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[8..]),
        BinaryPrimitives.ReadUInt16BigEndian(message[10..]));

    /// <summary>False when a message of this many bytes cannot begin like this.</summary>
    public bool IsPlausible(int messageBytes)
    {
        var records = Answers + Authorities + Additionals;
        var bytes = Length + (Questions * MinQuestionBytes) + (records * MinRecordBytes);
        return Questions <= MaxQuestions
            && Opcode <= MaxOpcode
            && (Flags & ReservedBit) == 0
            && (IsResponse || ((Flags & ResponseCodeBits) == 0 && Questions > 0))
            && (bytes <= messageBytes || (IsResponse && IsTruncated));
    }
}
