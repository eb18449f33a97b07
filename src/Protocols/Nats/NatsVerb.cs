using System.Collections.Immutable;
using System.Text;

namespace PixieOrleans.Protocols.Nats;

/// <summary>What begins a line of NATS.</summary>
/// <param name="Kind">Which verb.</param>
/// <param name="Text">As it is written; peers read it in any case of letters.</param>
/// <param name="FromClient">Who sends it; null for both.</param>
/// <param name="HasPayload">Whether the line ends with the size of a payload that follows it.</param>
/// <param name="HasHeaders">Whether the payload begins with headers, whose size stands before the other.</param>
internal sealed record NatsVerb(
    NatsVerbKind Kind, string Text, bool? FromClient, bool HasPayload = false, bool HasHeaders = false)
{
    private const int MaxLength = 7; // of CONNECT

    private static readonly ImmutableArray<NatsVerb> All =
    [
        new(NatsVerbKind.Publish, "PUB", true, HasPayload: true),
        new(NatsVerbKind.Message, "MSG", false, HasPayload: true),
        new(NatsVerbKind.Publish, "HPUB", true, HasPayload: true, HasHeaders: true),
        new(NatsVerbKind.Message, "HMSG", false, HasPayload: true, HasHeaders: true),
        new(NatsVerbKind.Ok, "+OK", false),
        new(NatsVerbKind.Error, "-ERR", false),
        new(NatsVerbKind.Ping, "PING", null),
        new(NatsVerbKind.Pong, "PONG", null),
        new(NatsVerbKind.Subscribe, "SUB", true),
        new(NatsVerbKind.Unsubscribe, "UNSUB", true),
        new(NatsVerbKind.Connect, "CONNECT", true),
        new(NatsVerbKind.Info, "INFO", false),
    ];

    /// <summary>As it is written.</summary>
    public byte[] Utf8 { get; } = Encoding.ASCII.GetBytes(Text);

    /// <summary>
    /// The verb that <paramref name="data"/> begins with, when a blank or the line's end follows; null when there is
    /// none, <paramref name="undecided"/> when more bytes could make one.
    /// </summary>
    public static NatsVerb? At(ReadOnlySpan<byte> data, out bool undecided)
    {
        undecided = false;
        var end = data[..Math.Min(data.Length, MaxLength + 1)].IndexOfAny(" \t\r\n"u8);
        var word = end < 0 ? data : data[..end];
        foreach (var verb in All)
        {
            if (end >= 0 && Ascii.EqualsIgnoreCase(word, verb.Utf8))
            {
                return verb;
            }

            undecided |= end < 0 && word.Length <= verb.Utf8.Length
                && Ascii.EqualsIgnoreCase(word, verb.Utf8.AsSpan(0, word.Length));
        }

        return null;
    }
}

/// <summary>The verbs; those with headers are one with those without.</summary>
internal enum NatsVerbKind : byte
{
    /// <summary>PUB and HPUB.</summary>
    Publish,

    /// <summary>MSG and HMSG.</summary>
    Message,

    /// <summary>+OK: done; only to clients that ask for it.</summary>
    Ok,

    /// <summary>-ERR.</summary>
    Error,

    /// <summary>PING, of both sides.</summary>
    Ping,

    /// <summary>PONG, of both sides.</summary>
    Pong,

    /// <summary>SUB.</summary>
    Subscribe,

    /// <summary>UNSUB.</summary>
    Unsubscribe,

    /// <summary>CONNECT: options of the client.</summary>
    Connect,

    /// <summary>INFO: options of the server, which speaks first.</summary>
    Info,
}
