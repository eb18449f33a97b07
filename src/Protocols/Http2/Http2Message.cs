using PixieOrleans.Model;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http2;

/// <summary>One half of a stream: header fields, body, trailers. Reused.</summary>
internal sealed class Http2Message
{
    /// <summary>Bytes of the trailers' JSON object.</summary>
    public const int TrailersBytes = 1024;

    private const int KeptBytes = 16 << 10; // of the buffer of a message that is not used

    private PooledBuffer _trailers; // as a JSON object

    /// <summary>Header fields and body.</summary>
    public HttpMessage Http { get; } = new();

    /// <summary>The header fields were seen.</summary>
    public bool HasHead { get; private set; }

    /// <summary>Time of the first byte.</summary>
    public long StartNs { get; private set; }

    /// <summary>Losses of its direction when it began: more of them mean that parts may be missing.</summary>
    public int Losses { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => Http.RetainedBytes + _trailers.Capacity;

    /// <summary>Takes the header fields.</summary>
    public void Begin(Http2Fields fields, long startNs, long timeNs, HttpOptions options, SessionCounters counters)
    {
        Http.Begin(fields.Text, fields.Head, options, counters);
        Http.TimeNs = timeNs;
        (StartNs, HasHead) = (startNs, true);
    }

    /// <summary>Takes the fields after the body; only the first such block.</summary>
    public void AddTrailers(Http2Fields fields, SessionCounters counters)
    {
        if (_trailers.Length == 0 && fields.Head.FieldCount > 0
            && !HttpHeaderJson.Write(fields.Text, fields.Head.Fields, TrailersBytes, ref _trailers))
        {
            counters.TruncatedValues++;
        }
    }

    /// <summary>Writes fields and trailers as one JSON object.</summary>
    public void WriteHeaders(IRowWriter rows, CellText text)
    {
        var headers = HasHead ? Http.Headers : "{}"u8;
        if (_trailers.Length <= 2)
        {
            rows.WriteString(headers);
            return;
        }

        text.Clear();
        text.Append(headers[..^1]);
        text.Append(headers.Length > 2 ? ","u8 : default);
        text.Append(_trailers.Span[1..]);
        rows.WriteString(text.Value);
    }

    /// <summary>Writes the body's cell. Once per message.</summary>
    public void WriteBody(
        IRowWriter rows, HttpMessageKind kind, HttpOptions options, SessionCounters counters, CellText text)
    {
        if (Http.ContentClass != HttpContentClass.Grpc || Http.BodyBytes == 0)
        {
            Http.WriteBody(rows, kind, options, counters);
            return;
        }

        text.Clear();
        GrpcText.Append(Http.KeptBody, Http.BodyBytes > Http.KeptBody.Length, text);
        text.WriteTo(rows, counters);
    }

    /// <summary>Makes it as good as new.</summary>
    public void Reset()
    {
        Http.Reset(KeptBytes);
        _trailers.Clear();
        (StartNs, HasHead, Losses) = (0, false, 0);
    }
}
