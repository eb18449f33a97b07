namespace PixieOrleans.Protocols.Recognition;

/// <summary>Protocols of readable lines: HTTP/1, NATS, Redis.</summary>
internal static class TextRules
{
    private const int MinHttpBytes = 6;

    private static readonly byte[][] Methods =
    [
        .. "GET POST PUT HEAD DELETE PATCH OPTIONS TRACE MKCOL REPORT COPY MOVE LOCK UNLOCK SEARCH PROPFIND PROPPATCH"
            .Split(' ').Select(method => System.Text.Encoding.ASCII.GetBytes(method + " ")),
    ];

    /// <summary>Request line or status line, RFC 9112 sections 3 and 4; WebDAV methods of RFC 4918, RFC 3253.</summary>
    public static MessageKind Http(in RecognitionHead head)
    {
        if (head.Bytes < MinHttpBytes)
        {
            return MessageKind.None;
        }

        if (head.Has(0, "HTTP/1."u8))
        {
            return MessageKind.Response;
        }

        foreach (var method in Methods)
        {
            if (head.Has(0, method))
            {
                return IsTarget(head[method.Length]) ? MessageKind.Request : MessageKind.None;
            }
        }

        return head.Has(0, "CONNECT "u8) && IsAuthority(head[8]) ? MessageKind.Request : MessageKind.None;
    }

    /// <summary>Verbs of NATS that end with a blank; "+OK" and "-ERR" are also Redis and are no beginning.</summary>
    public static MessageKind Nats(in RecognitionHead head)
    {
        if (head.Bytes < 6)
        {
            return MessageKind.None;
        }

        if (head.Has(0, "INFO {"u8) || head.Has(0, "MSG "u8) || head.Has(0, "HMSG "u8) || head.Has(0, "-ERR '"u8))
        {
            return MessageKind.Response;
        }

        return head.Has(0, "CONNECT {"u8) || head.Has(0, "PUB "u8) || head.Has(0, "HPUB "u8)
            || head.Has(0, "SUB "u8) || head.Has(0, "UNSUB "u8)
            ? MessageKind.Request
            : MessageKind.None;
    }

    /// <summary>
    /// RESP of Redis: the type byte, then digits up to a line end for lengths and numbers, or a word of a simple
    /// answer. Arrays of texts are what both sides send, so the side stays open.
    /// </summary>
    public static MessageKind Redis(in RecognitionHead head)
    {
        if (head.Bytes < 4)
        {
            return MessageKind.None;
        }

        if (head.Has(0, "+OK\r\n"u8) || head.Has(0, "+PONG\r\n"u8) || head.Has(0, "-ERR "u8)
            || head.Has(0, "$-1\r\n"u8))
        {
            return MessageKind.Response;
        }

        var type = (char)head[0];
        var digits = "*$:%>".Contains(type, StringComparison.Ordinal) ? Digits(head) : 0;
        if (digits == 0)
        {
            return MessageKind.None;
        }

        return type switch
        {
            ':' => head.Length == (ulong)digits + 3 ? MessageKind.Response : MessageKind.None,
            '*' => RedisArray((char)head[digits + 3]),
            _ => head.Length > (ulong)digits + 4 ? MessageKind.Response : MessageKind.None,
        };
    }

    private static MessageKind RedisArray(char element) => element switch
    {
        '$' => MessageKind.Either,
        ':' or '*' or '+' or '-' => MessageKind.Response,
        _ => MessageKind.None,
    };

    // Digits behind the type byte when a line end follows them: 1 to 3, else 0.
    private static int Digits(in RecognitionHead head)
    {
        for (var digits = 1; digits <= 3 && char.IsAsciiDigit((char)head[digits]); digits++)
        {
            if (head.Has(digits + 1, "\r\n"u8))
            {
                return digits;
            }
        }

        return 0;
    }

    // First byte of a request target: a path, "*" or an absolute URL. Keeps "GET key" of Redis out.
    private static bool IsTarget(byte c) => (char)c is '/' or '*' or 'h' or 'H';

    // First byte of the host that CONNECT names.
    private static bool IsAuthority(byte c) => char.IsAsciiLetterOrDigit((char)c) || c == '[';
}
