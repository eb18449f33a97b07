using System.Buffers.Text;
using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Nats;

/// <summary>A line of NATS with the payload behind it; borrowed.</summary>
/// <remarks>
/// Layout: verb, arguments between blanks or tabs, CR LF; after PUB, HPUB, MSG and HMSG a payload of as many bytes as
/// the last argument says, then CR LF. HPUB and HMSG say before it how many of them are headers. Source: NATS
/// documentation, "Client Protocol", and ADR-4 (headers).
/// </remarks>
internal readonly ref struct NatsFrame
{
    private const int MaxArguments = 8;
    private const ulong MaxPayloadBytes = 64 << 20; // the most a server can be set to
    private const int LineEnd = 2; // CR LF behind a payload

    private NatsFrame(NatsVerb verb, ReadOnlySpan<byte> arguments, int lineBytes)
    {
        Verb = verb;
        Arguments = arguments;
        LineBytes = lineBytes;
    }

    /// <summary>What the line begins with.</summary>
    public NatsVerb Verb { get; }

    /// <summary>The rest of the line, without blanks around it.</summary>
    public ReadOnlySpan<byte> Arguments { get; }

    /// <summary>Bytes of the line with its end.</summary>
    public int LineBytes { get; }

    /// <summary>Bytes of the payload, headers included.</summary>
    public ulong PayloadBytes { get; private init; }

    /// <summary>Bytes of the headers.</summary>
    public ulong HeaderBytes { get; private init; }

    /// <summary>Bytes of the whole frame.</summary>
    public ulong Length => (ulong)LineBytes + (Verb.HasPayload ? PayloadBytes + LineEnd : 0);

    /// <summary>Reads the head at the beginning of <paramref name="data"/>.</summary>
    public static FrameHead ReadHead(ReadOnlySpan<byte> data)
    {
        if (NatsVerb.At(data, out var undecided) is not { } verb)
        {
            return undecided ? FrameHead.NeedMoreData : FrameHead.Invalid;
        }

        var line = data.IndexOf((byte)'\n');
        return line < 0 ? FrameHead.NeedMoreData
            : TryParse(verb, data[..(line + 1)], out var frame) ? FrameHead.Of(frame.Length)
            : FrameHead.Invalid;
    }

    /// <summary>Reads a frame whose head is valid; false when the payload does not end as it must.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, out NatsFrame frame)
    {
        frame = default;
        var line = data[..(data.IndexOf((byte)'\n') + 1)];
        return NatsVerb.At(data, out _) is { } verb && TryParse(verb, line, out frame)
            && (!verb.HasPayload || (ulong)data.Length < frame.Length || data.EndsWith("\r\n"u8));
    }

    /// <summary>Cuts the arguments at blanks; returns how many there are, at most as many as fit.</summary>
    public static int Split(ReadOnlySpan<byte> arguments, Span<Range> parts)
    {
        var count = 0;
        for (var at = 0; at < arguments.Length && count < parts.Length;)
        {
            var length = arguments[at..].IndexOfAny((byte)' ', (byte)'\t');
            var end = length < 0 ? arguments.Length : at + length;
            if (end > at)
            {
                parts[count++] = at..end;
            }

            at = end + 1;
        }

        return count;
    }

    private static bool TryParse(NatsVerb verb, ReadOnlySpan<byte> line, out NatsFrame frame)
    {
        var arguments = line[verb.Utf8.Length..].Trim(" \t\r\n"u8);
        frame = new NatsFrame(verb, arguments, line.Length);
        if (!verb.HasPayload)
        {
            return arguments.IsEmpty == verb.Kind is NatsVerbKind.Ok or NatsVerbKind.Ping or NatsVerbKind.Pong;
        }

        Span<Range> parts = stackalloc Range[MaxArguments];
        var count = Split(arguments, parts);
        var names = (verb.Kind == NatsVerbKind.Publish ? 1 : 2) + (verb.HasHeaders ? 1 : 0);
        if (count <= names || count > names + 2 // a reply subject may stand between
            || !TryReadSize(arguments[parts[count - 1]], out var payload))
        {
            return false;
        }

        var headers = 0UL;
        if (verb.HasHeaders && (!TryReadSize(arguments[parts[count - 2]], out headers) || headers > payload))
        {
            return false;
        }

        frame = new NatsFrame(verb, arguments, line.Length) { PayloadBytes = payload, HeaderBytes = headers };
        return true;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> digits, out ulong size) =>
        Utf8Parser.TryParse(digits, out size, out var consumed)
        && consumed == digits.Length && size <= MaxPayloadBytes;
}
