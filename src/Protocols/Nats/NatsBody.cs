using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Nats;

/// <summary>The body cell of a message: its options and payload as a JSON object.</summary>
internal static class NatsBody
{
    private const int MaxArguments = 8;
    private const int MaxPayloadText = 512; // bytes looked at to tell text from bytes
    private const int MaxDepth = 8; // of options; deeper ones are no options of NATS

    /// <summary>Options of a client that are secrets.</summary>
    private static readonly string[] Secrets = ["pass", "auth_token", "jwt", "sig", "nkey"];

    /// <summary>Writes the object without its closing brace. False when the arguments make no sense.</summary>
    public static bool Write(in NatsFrame nats, in Frame frame, CellText text)
    {
        var payload = frame.Bytes[Math.Min(nats.LineBytes, frame.Bytes.Length)..];
        payload = payload[..(int)Math.Min((ulong)payload.Length, nats.PayloadBytes)];
        Span<Range> parts = stackalloc Range[MaxArguments];
        var count = NatsFrame.Split(nats.Arguments, parts);
        var arguments = nats.Arguments;
        switch (nats.Verb.Kind)
        {
            case NatsVerbKind.Info or NatsVerbKind.Connect:
                return WriteOptions(arguments, text);
            case NatsVerbKind.Error:
                Open(text, "error"u8, arguments);
                return true;
            case NatsVerbKind.Unsubscribe when count is 1 or 2:
                Open(text, "sid"u8, arguments[parts[0]]);
                Add(text, "max_msgs"u8, count == 2 ? arguments[parts[1]] : default);
                return true;
            case NatsVerbKind.Subscribe when count is 2 or 3:
                Open(text, "subject"u8, arguments[parts[0]]);
                Add(text, "queue_group"u8, count == 3 ? arguments[parts[1]] : default);
                Add(text, "sid"u8, arguments[parts[count - 1]]);
                return true;
            case NatsVerbKind.Publish or NatsVerbKind.Message:
                WriteMessage(nats, arguments, parts[..count], text);
                WritePayload(nats, payload, text);
                return true;
            default:
                return false;
        }
    }

    private static void WriteMessage(
        in NatsFrame nats, ReadOnlySpan<byte> arguments, ReadOnlySpan<Range> parts, CellText text)
    {
        var sizes = nats.Verb.HasHeaders ? 2 : 1;
        var names = nats.Verb.Kind == NatsVerbKind.Publish ? 1 : 2;
        Open(text, "subject"u8, arguments[parts[0]]);
        Add(text, "sid"u8, names == 2 ? arguments[parts[1]] : default);
        Add(text, "reply_to"u8, parts.Length > names + sizes ? arguments[parts[names]] : default);
        text.Append(",\"size\":"u8);
        text.Append((long)(nats.PayloadBytes - nats.HeaderBytes));
    }

    private static void WritePayload(in NatsFrame nats, ReadOnlySpan<byte> payload, CellText text)
    {
        var headers = payload[..(int)Math.Min((ulong)payload.Length, nats.HeaderBytes)];
        if (nats.Verb.HasHeaders)
        {
            WriteHeaders(headers, text);
        }

        payload = payload[headers.Length..];
        if (!Utf8Text.LooksLikeText(payload[..Math.Min(payload.Length, MaxPayloadText)]))
        {
            text.Append(",\"payload\":\"[REMOVED: not text]\""u8);
            return;
        }

        text.Append(",\"payload\":"u8);
        text.AppendJsonString(payload);
        if (headers.Length + payload.Length < (long)nats.PayloadBytes)
        {
            text.MarkCut();
        }
    }

    // "NATS/1.0", maybe with a status and a description; then lines "Name: value"; then an empty line.
    private static void WriteHeaders(ReadOnlySpan<byte> headers, CellText text)
    {
        text.Append(",\"headers\":{"u8);
        var separator = ""u8;
        foreach (var range in headers.Split((byte)'\n'))
        {
            var line = headers[range].TrimEnd((byte)'\r');
            var colon = line.IndexOf((byte)':');
            var (name, value) = range.Start.Value == 0 ? Status(line) : colon <= 0 ? default : Halves(line, colon);
            if (!name.IsEmpty)
            {
                text.Append(separator);
                text.AppendJsonString(name);
                text.Append(":"u8);
                text.AppendJsonString(value);
                separator = ","u8;
            }
        }

        text.Append("}"u8);
    }

    private static Pair Status(ReadOnlySpan<byte> line)
    {
        var blank = line.IndexOf((byte)' ');
        return blank < 0 ? default : new Pair("status"u8, line[blank..].Trim((byte)' '));
    }

    private static Pair Halves(ReadOnlySpan<byte> line, int colon) =>
        new(line[..colon], line[(colon + 1)..].Trim((byte)' '));

    // As sent, but without secrets; what cannot be read is left out, since it may hold one.
    private static bool WriteOptions(ReadOnlySpan<byte> json, CellText text)
    {
        if (!Utf8.IsValid(json))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            var separator = "{"u8;
            foreach (var option in document.RootElement.EnumerateObject())
            {
                text.Append(separator);
                text.AppendJsonString(Encoding.UTF8.GetBytes(option.Name));
                text.Append(Secrets.Any(option.NameEquals) ? ":\"[REMOVED]\""u8 : ":"u8);
                if (!Secrets.Any(option.NameEquals))
                {
                    text.Append(Encoding.UTF8.GetBytes(option.Value.GetRawText()));
                }

                separator = ","u8;
            }

            text.Append(separator[0] == '{' ? separator : default);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Open(CellText text, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        text.Append("{\""u8);
        text.Append(name);
        text.Append("\":"u8);
        text.AppendJsonString(value);
    }

    private static void Add(CellText text, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            text.Append(",\""u8);
            text.Append(name);
            text.Append("\":"u8);
            text.AppendJsonString(value);
        }
    }

    private readonly ref struct Pair(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        private readonly ReadOnlySpan<byte> _name = name;
        private readonly ReadOnlySpan<byte> _value = value;

        public void Deconstruct(out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
        {
            name = _name;
            value = _value;
        }
    }
}
