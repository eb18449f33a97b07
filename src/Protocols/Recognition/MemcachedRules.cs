namespace PixieOrleans.Protocols.Recognition;

/// <summary>memcached.</summary>
internal static class MemcachedRules
{
    private const byte RequestMagic = 0x80;
    private const byte ResponseMagic = 0x81;
    private const int HeaderBytes = 24;
    private const byte MaxOpcode = 0x24;
    private const uint MaxKey = 250;
    private const byte MaxNumbers = 20;
    private const uint MaxBody = 1 << 30;

    private static readonly byte[][] Commands =
    [
        "get "u8.ToArray(), "gets "u8.ToArray(), "set "u8.ToArray(), "add "u8.ToArray(), "replace "u8.ToArray(),
        "delete "u8.ToArray(), "touch "u8.ToArray(), "incr "u8.ToArray(), "decr "u8.ToArray(), "stats\r\n"u8.ToArray(),
        "stats "u8.ToArray(), "append "u8.ToArray(), "prepend "u8.ToArray(), "cas "u8.ToArray(), "gat "u8.ToArray(),
        "gats "u8.ToArray(), "version\r"u8.ToArray(), "flush_al"u8.ToArray(),
    ];

    /// <summary>
    /// Binary: a magic byte for each side, opcode, key, numbers before it, type 0, server's part or status, and a body
    /// that holds key and numbers. Text (protocol.txt): commands in lower case, answers in upper case; meta commands.
    /// </summary>
    public static MessageKind Memcached(in RecognitionHead head)
    {
        if (head.Bytes < 5)
        {
            return MessageKind.None;
        }

        if (head[0] is RequestMagic or ResponseMagic)
        {
            return Binary(head);
        }

        foreach (var command in Commands)
        {
            if (head.Has(0, command))
            {
                return MessageKind.Request;
            }
        }

        if (head[0] == 'm' && "gsdae"u8.Contains(head[1]) && head[2] == ' ' && head[3] > ' ')
        {
            return MessageKind.Request;
        }

        return head.Has(0, "VALUE "u8) || head.Has(0, "STORED\r\n"u8) ? MessageKind.Response : MessageKind.None;
    }

    private static MessageKind Binary(in RecognitionHead head)
    {
        var (key, numbers, body) = (head.Big16(2), head[4], head.Big32(8));
        if (head.Length < HeaderBytes || head[1] > MaxOpcode || key > MaxKey || numbers > MaxNumbers
            || head[5] != 0 || head[6] != 0 || body < key + numbers || body > MaxBody)
        {
            return MessageKind.None;
        }

        return head[0] == ResponseMagic ? MessageKind.Response
            : head[7] == 0 ? MessageKind.Request
            : MessageKind.None;
    }
}
