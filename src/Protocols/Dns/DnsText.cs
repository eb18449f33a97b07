using System.Buffers.Binary;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Dns;

/// <summary>
/// Cells of a message: its header and its questions or answers as JSON. A list that does not fit its cell, or whose
/// message ends too early, lacks entries at its end and says "truncated":true; it stays valid JSON.
/// </summary>
internal static class DnsText
{
    private const int QuestionTailBytes = 4; // type, class
    private const int RecordTailBytes = 10; // type, class, time to live, length of the data

    private static ReadOnlySpan<byte> CutEnd => "],\"truncated\":true}"u8;

    /// <summary>Appends the fields of a header.</summary>
    public static void WriteHeader(in DnsHeader header, int responseCode, CellText text)
    {
        Append(text, "{\"txid\":"u8, header.Id);
        Append(text, ",\"qr\":"u8, header.Flags >> 15);
        Append(text, ",\"opcode\":"u8, header.Opcode);
        Append(text, ",\"aa\":"u8, (header.Flags >> 10) & 1);
        Append(text, ",\"tc\":"u8, (header.Flags >> 9) & 1);
        Append(text, ",\"rd\":"u8, (header.Flags >> 8) & 1);
        Append(text, ",\"ra\":"u8, (header.Flags >> 7) & 1);
        Append(text, ",\"ad\":"u8, (header.Flags >> 5) & 1);
        Append(text, ",\"cd\":"u8, (header.Flags >> 4) & 1);
        Append(text, ",\"rcode\":"u8, responseCode);
        Append(text, ",\"num_queries\":"u8, header.Questions);
        Append(text, ",\"num_answers\":"u8, header.Answers);
        Append(text, ",\"num_auth\":"u8, header.Authorities);
        Append(text, ",\"num_addl\":"u8, header.Additionals);
        text.Append("}"u8);
    }

    /// <summary>Appends the questions. True when all were left whole.</summary>
    public static bool WriteQueries(ReadOnlySpan<byte> message, in DnsHeader header, CellText text)
    {
        var entry = default(PooledBuffer);
        var offset = DnsHeader.Length;
        var isWhole = true;
        text.Append("{\"queries\":["u8);
        for (var i = 0; i < header.Questions && isWhole; i++)
        {
            entry.Clear();
            entry.Append("{\"name\":\""u8);
            isWhole = DnsName.TryWrite(message, ref offset, ref entry)
                && offset + QuestionTailBytes <= message.Length;
            if (isWhole)
            {
                entry.Append("\",\"type\":\""u8);
                DnsRecordData.WriteType(BinaryPrimitives.ReadUInt16BigEndian(message[offset..]), ref entry);
                entry.Append("\"}"u8);
                offset += QuestionTailBytes;
                isWhole = TryAdd(entry.Span, i == 0, text);
            }
        }

        entry.Release();
        text.Append(isWhole ? "]}"u8 : CutEnd);
        return isWhole;
    }

    /// <summary>Appends the answers, which begin at an offset. True when all were left whole.</summary>
    public static bool WriteAnswers(ReadOnlySpan<byte> message, in DnsHeader header, int offset, CellText text)
    {
        var entry = default(PooledBuffer);
        var isWhole = true;
        text.Append("{\"answers\":["u8);
        for (var i = 0; i < header.Answers && isWhole; i++)
        {
            entry.Clear();
            isWhole = TryWriteRecord(message, ref offset, text.Room, ref entry) && TryAdd(entry.Span, i == 0, text);
        }

        entry.Release();
        text.Append(isWhole ? "]}"u8 : CutEnd);
        return isWhole;
    }

    /// <summary>The response code, with the upper bits of EDNS (RFC 6891 section 6.1.3) if there are any.</summary>
    public static int ResponseCode(ReadOnlySpan<byte> message, in DnsHeader header, int offset)
    {
        var records = header.Answers + header.Authorities + header.Additionals;
        for (var i = 0; i < records; i++)
        {
            if (!DnsName.TrySkip(message, ref offset) || offset + RecordTailBytes > message.Length)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16BigEndian(message[offset..]) == DnsRecordType.Opt)
            {
                return (message[offset + 4] << 4) | header.ResponseCode;
            }

            offset += RecordTailBytes + BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
        }

        return header.ResponseCode;
    }

    /// <summary>Passes over the questions; false when they do not end within the message.</summary>
    public static bool TrySkipQuestions(ReadOnlySpan<byte> message, in DnsHeader header, out int offset)
    {
        offset = DnsHeader.Length;
        for (var i = 0; i < header.Questions; i++)
        {
            if (!DnsName.TrySkip(message, ref offset) || offset + QuestionTailBytes > message.Length)
            {
                return false;
            }

            offset += QuestionTailBytes;
        }

        return true;
    }

    private static bool TryWriteRecord(
        ReadOnlySpan<byte> message, ref int offset, int limitBytes, ref PooledBuffer entry)
    {
        entry.Append("{\"name\":\""u8);
        if (!DnsName.TryWrite(message, ref offset, ref entry) || offset + RecordTailBytes > message.Length)
        {
            return false;
        }

        var type = BinaryPrimitives.ReadUInt16BigEndian(message[offset..]);
        var end = offset + RecordTailBytes + BinaryPrimitives.ReadUInt16BigEndian(message[(offset + 8)..]);
        if (end > message.Length)
        {
            return false;
        }

        entry.Append("\",\"type\":\""u8);
        DnsRecordData.WriteType(type, ref entry);
        entry.Append("\""u8);
        new DnsRecordData(message, end, limitBytes).Write(
            DnsRecordType.Find(type), offset + RecordTailBytes, ref entry);
        entry.Append("}"u8);
        offset = end;
        return true;
    }

    private static bool TryAdd(ReadOnlySpan<byte> entry, bool isFirst, CellText text)
    {
        if (text.Room < entry.Length + 1 + CutEnd.Length)
        {
            return false;
        }

        text.Append(isFirst ? default : ","u8);
        text.Append(entry);
        return true;
    }

    private static void Append(CellText text, ReadOnlySpan<byte> name, int value)
    {
        text.Append(name);
        text.Append(value);
    }
}
