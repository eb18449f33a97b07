namespace PixieOrleans.Protocols.Recognition;

/// <summary>HTTP/2 in the middle of a connection.</summary>
internal static class Http2Rules
{
    private const byte Headers = 1;
    private const byte Ping = 6;
    private const byte WindowUpdate = 8;
    private const byte OwnFields = 62; // from here on field numbers are the connection's own

    /// <summary>
    /// HEADERS (RFC 9113 section 6.2) with END_HEADERS on an odd stream, PING (6.7), WINDOW_UPDATE (6.9) of the
    /// connection or of an odd stream.
    /// </summary>
    public static MessageKind Frame(in RecognitionHead head)
    {
        var (flags, stream, length) = (head[4], head.Big32(5), head.Big16(1));
        if (head.Bytes < 10 || head[0] != 0 || stream >= 1 << 24 || length + 9UL > head.Length)
        {
            return MessageKind.None;
        }

        var isOdd = (stream & 1) != 0;
        return head[3] switch
        {
            Headers when (flags & ~5) == 0 && (flags & 4) != 0 && isOdd => Field(head[9]),
            Ping when length == 8 && (flags & ~1) == 0 && stream == 0 => MessageKind.Either,
            WindowUpdate when length == 4 && flags == 0 && (stream == 0 || isOdd) => head.Big32(9) is > 0 and < 1U << 31
                ? MessageKind.Either
                : MessageKind.None,
            _ => MessageKind.None,
        };
    }

    // Whose is a field block that begins so (RFC 7541 section 6, appendix A)? Fields 1 to 7 of the static table are a
    // request's, 8 to 14 an answer's, by number or by the name of a literal.
    private static MessageKind Field(byte field)
    {
        var isIndexed = (field & 0x80) != 0;
        if (!isIndexed && (field & 0x60) == 0x20)
        {
            return MessageKind.None; // a change of the table's size
        }

        var number = field & (isIndexed ? 0x7f : (field & 0x40) != 0 ? 0x3f : 0x0f);
        return number switch
        {
            >= OwnFields when isIndexed => MessageKind.Either,
            >= 1 and <= 7 => MessageKind.Request,
            >= 8 and <= 14 => MessageKind.Response,
            _ => MessageKind.None,
        };
    }
}
