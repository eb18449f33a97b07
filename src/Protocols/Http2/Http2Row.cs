using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http2;

/// <summary>Writes rows of http_events.</summary>
internal static class Http2Row
{
    private const long MajorVersion = 2;
    private const long ContentTypeUnknown = 0;
    private const long ContentTypeJson = 1;
    private const long ContentTypeGrpc = 2;

    /// <summary>Writes the row of a stream.</summary>
    public static void Write(
        SessionContext context,
        ref ConnectionAddresses addresses,
        Http2Stream stream,
        long timeNs,
        Http2Scratch scratch)
    {
        var (rows, options) = (context.Rows, scratch.Options);
        var (request, response) = (stream.Request, stream.Response);
        ConnectionColumns.Write(context, ref addresses, timeNs);
        rows.WriteInt64(MajorVersion);
        rows.WriteInt64(0);
        rows.WriteInt64(ContentType(request, response));
        request.WriteHeaders(rows, scratch.Headers);
        rows.WriteString(request.Http.Line);
        rows.WriteString(request.Http.Target);
        request.WriteBody(rows, HttpMessageKind.Request, options, context.Counters, scratch.Body);
        rows.WriteInt64(request.Http.BodyBytes);
        response.WriteHeaders(rows, scratch.Headers);
        rows.WriteInt64(response.HasHead ? response.Http.Status : -1);
        rows.WriteString(response.HasHead ? "OK"u8 : "No response"u8);
        response.WriteBody(rows, HttpMessageKind.Response, options, context.Counters, scratch.Body);
        rows.WriteInt64(response.Http.BodyBytes);
        rows.WriteInt64(response.HasHead ? Latency(request, response) : 0);
        rows.EndRow();
    }

    private static long ContentType(Http2Message request, Http2Message response) =>
        request.Http.ContentClass == HttpContentClass.Grpc || response.Http.ContentClass == HttpContentClass.Grpc
            ? ContentTypeGrpc
            : response.Http.ContentClass == HttpContentClass.Json ? ContentTypeJson : ContentTypeUnknown;

    // From the end of the request; where both overlap (a call that streams both ways), from its beginning.
    private static long Latency(Http2Message request, Http2Message response)
    {
        var overlap = !request.Http.IsComplete || response.StartNs < request.Http.TimeNs;
        return Math.Max(0, response.Http.TimeNs - (overlap ? request.StartNs : request.Http.TimeNs));
    }
}

/// <summary>What the sessions of one thread share, so that an idle session holds none of it.</summary>
internal sealed class Http2Scratch(HttpOptions options)
{
    [ThreadStatic]
    private static Http2Scratch? _current;

    /// <summary>Bounds of texts.</summary>
    public HttpOptions Options { get; } = options;

    /// <summary>The header block being read.</summary>
    public Http2Fields Fields { get; } = new();

    /// <summary>For a cell of header fields.</summary>
    public CellText Headers { get; } = new(options.HeadersLimitBytes + Http2Message.TrailersBytes);

    /// <summary>For a cell of a body.</summary>
    public CellText Body { get; } = new(options.BodyLimitBytes);

    /// <summary>The calling thread's.</summary>
    public static Http2Scratch Of(HttpOptions options) =>
        _current?.Options == options ? _current : _current = new Http2Scratch(options);
}
