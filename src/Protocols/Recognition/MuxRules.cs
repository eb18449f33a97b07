namespace PixieOrleans.Protocols.Recognition;

/// <summary>Mux of Finagle.</summary>
internal static class MuxRules
{
    private const byte Check = 65; // "tinit check" of a new session, a ping
    private const byte Init = 68;
    private const byte Dispatch = 2;
    private const byte OldError = 127; // carries the text of the check
    private const byte Error = 128;
    private const uint MaxLength = 16 << 20;
    private const uint CheckText = ('t' << 24) | ('i' << 16) | ('n' << 8) | 'i';
    private const uint ContextText = ('c' << 24) | ('o' << 16) | ('m' << 8) | '.';

    /// <summary>
    /// The check of a new session and its echo, Tinit and Rinit with a version, pings, dispatches whose first context
    /// is one of Finagle's.
    /// </summary>
    public static MessageKind Mux(in RecognitionHead head)
    {
        var (length, type) = (head.Big32(0), head[4]);
        if (head.Bytes < 8 || length < 4 || length > MaxLength || length + 4UL > head.Length)
        {
            return MessageKind.None;
        }

        if (IsEither(type, Check))
        {
            return length == 4 && head.Length == 8 ? Side(type, Check) : MessageKind.None;
        }

        if (head.Bytes < 12)
        {
            return MessageKind.None;
        }

        var text = head.Big32(8);
        return type switch
        {
            OldError => text == CheckText ? MessageKind.Request : MessageKind.None,
            Error => text == CheckText ? MessageKind.Response : MessageKind.None,
            Dispatch => IsDispatch(head, text) ? MessageKind.Request : MessageKind.None,
            _ => IsEither(type, Init) && text >> 16 == 1 ? Side(type, Init) : MessageKind.None,
        };
    }

    private static bool IsDispatch(in RecognitionHead head, uint text) =>
        text >> 16 is > 0 and < 64 && (ushort)text < 128 && head.Bytes == RecognitionHead.MaxBytes
        && head.Big32(12) == ContextText;

    // Answers have the number of their request, negative.
    private static bool IsEither(byte type, byte request) => type == request || type == (byte)-(sbyte)request;

    private static MessageKind Side(byte type, byte request) =>
        type == request ? MessageKind.Request : MessageKind.Response;
}
