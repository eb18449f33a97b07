using PixieOrleans.Model;
using PixieOrleans.Protocols.Compression;
using PixieOrleans.Protocols.Sessions;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Http;

/// <summary>
/// What is kept of one request or response until its row is written: texts already cut to their limits, in one
/// buffer. Reused.
/// </summary>
internal sealed class HttpMessage
{
    private PooledBuffer _text;
    private TextRange _line;
    private TextRange _target;
    private TextRange _headers;
    private int _bodyStart;
    private int _bodyRoom; // bytes of the body still to be kept

    /// <summary>The x of HTTP/1.x.</summary>
    public int MinorVersion { get; private set; }

    /// <summary>Status code of a response.</summary>
    public int Status { get; private set; }

    /// <summary>Class of the content type.</summary>
    public HttpContentClass ContentClass { get; private set; }

    /// <summary>Coding of the body.</summary>
    public HttpContentCoding ContentCoding { get; private set; }

    /// <summary>Bytes of the body's payload so far, missing ones included.</summary>
    public long BodyBytes { get; private set; }

    /// <summary>Time of the newest byte.</summary>
    public long TimeNs { get; set; }

    /// <summary>True when all of it passed, or no more is to be had.</summary>
    public bool IsComplete { get; set; }

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => _text.Capacity;

    /// <summary>Method of a request, reason phrase of a response.</summary>
    public ReadOnlySpan<byte> Line => _line.Of(_text.Span);

    /// <summary>Target of a request.</summary>
    public ReadOnlySpan<byte> Target => _target.Of(_text.Span);

    /// <summary>Headers as a JSON object.</summary>
    public ReadOnlySpan<byte> Headers => _headers.Of(_text.Span);

    /// <summary>What is kept of the body, as it was sent.</summary>
    public ReadOnlySpan<byte> KeptBody => _text.Span[_bodyStart..];

    /// <summary>Takes start line and headers; <paramref name="data"/> is what the head was parsed from.</summary>
    public void Begin(ReadOnlySpan<byte> data, HttpHead head, HttpOptions options, SessionCounters counters)
    {
        _text.Clear();
        (MinorVersion, Status, BodyBytes, IsComplete) = (head.MinorVersion, head.Status, 0, false);
        ContentClass = HttpContentType.Classify(head.ContentType.Of(data));
        ContentCoding = head.ContentCoding;
        var request = head.Kind == HttpMessageKind.Request;
        _line = AddText((request ? head.Method : head.Reason).Of(data), options.TextLimitBytes, counters);
        _target = request ? AddText(head.Target.Of(data), options.TextLimitBytes, counters) : default;
        var start = _text.Length;
        var whole = HttpHeaderJson.Write(data, head.Fields, options.HeadersLimitBytes, ref _text);
        counters.TruncatedValues += whole && head.FieldsDropped == 0 ? 0 : 1;
        _headers = new TextRange(start, _text.Length - start);
        _bodyStart = _text.Length;
        _bodyRoom = BodyRoom(head.Kind, options);
    }

    /// <summary>Takes the next bytes of the body's payload.</summary>
    public void AddBody(ReadOnlySpan<byte> payload)
    {
        BodyBytes += payload.Length;
        if (_bodyRoom > 0)
        {
            var kept = Math.Min(_bodyRoom, payload.Length);
            _text.Append(payload[..kept]);
            _bodyRoom -= kept;
        }
    }

    /// <summary>Counts bytes of the body that were not seen; what follows them is not kept.</summary>
    public void AddMissing(ulong bytes)
    {
        BodyBytes += (long)Math.Min(bytes, long.MaxValue / 2);
        _bodyRoom = 0;
    }

    /// <summary>Writes the body's cell. Once per message: it works in the message's own buffer.</summary>
    public void WriteBody(IRowWriter rows, HttpMessageKind kind, HttpOptions options, SessionCounters counters)
    {
        if (BodyBytes == 0)
        {
            rows.WriteString(default);
            return;
        }

        var kept = _text.Span[_bodyStart..];
        var removed = options.KeepAllBodies ? default : RemovalMark(kind, kept);
        if (!removed.IsEmpty)
        {
            rows.WriteString(removed);
            return;
        }

        var cut = BodyBytes > kept.Length;
        if (ContentCoding != HttpContentCoding.Identity && !Inflate(kept.Length, options.BodyLimitBytes, out cut))
        {
            rows.WriteString(
                ContentCoding == HttpContentCoding.Other ? HttpText.UnknownCoding : HttpText.NotInflated);
            return;
        }

        if (kind == HttpMessageKind.Request && ContentClass == HttpContentClass.Form)
        {
            DecodeForm();
        }

        if (cut)
        {
            counters.TruncatedValues++;
            _text.Truncate(_bodyStart + Utf8Text.WholeCharacters(_text.Span[_bodyStart..]));
        }

        Utf8Text.ReplaceInvalid(_bodyStart, ref _text);
        _text.Append(cut ? Utf8Text.TruncatedMark : default);

        rows.WriteString(_text.Span[_bodyStart..]);
    }

    /// <summary>Forgets everything; keeps a buffer of up to <paramref name="keepBytes"/>.</summary>
    public void Reset(int keepBytes)
    {
        (_line, _target, _headers, _bodyStart) = (default, default, default, 0);
        (MinorVersion, Status, BodyBytes, TimeNs, IsComplete) = (0, 0, 0, 0, false);
        (ContentClass, ContentCoding) = (HttpContentClass.Unknown, HttpContentCoding.Identity);
        if (_text.Capacity > keepBytes)
        {
            _text.Release();
        }

        _text.Clear();
    }

    private TextRange AddText(ReadOnlySpan<byte> value, int limit, SessionCounters counters)
    {
        var start = _text.Length;
        var cut = value.Length > limit;
        _text.Append(cut ? value[..Utf8Text.WholeCharacters(value[..limit])] : value);
        Utf8Text.ReplaceInvalid(start, ref _text);
        if (cut)
        {
            counters.TruncatedValues++;
            _text.Append(Utf8Text.TruncatedMark);
        }

        return new TextRange(start, _text.Length - start);
    }

    private int BodyRoom(HttpMessageKind kind, HttpOptions options)
    {
        var shown = options.KeepAllBodies || ContentClass switch
        {
            HttpContentClass.Json or HttpContentClass.Text => true,
            HttpContentClass.Binary => false,
            HttpContentClass.Grpc => true,
            _ => kind == HttpMessageKind.Request,
        };
        return !shown || ContentCoding == HttpContentCoding.Other ? 0
            : ContentCoding == HttpContentCoding.Identity && ContentClass != HttpContentClass.Grpc
                ? options.BodyLimitBytes
            : options.EncodedBodyLimitBytes;
    }

    private ReadOnlySpan<byte> RemovalMark(HttpMessageKind kind, ReadOnlySpan<byte> kept)
    {
        var request = kind == HttpMessageKind.Request;
        return ContentClass switch
        {
            HttpContentClass.Json or HttpContentClass.Text => default,
            HttpContentClass.Unknown when request && (ContentCoding != HttpContentCoding.Identity
                || Utf8Text.LooksLikeText(kept)) => default,
            HttpContentClass.Unknown => HttpText.UnknownType,
            HttpContentClass.Form or HttpContentClass.OtherText when request => default,
            _ => HttpText.NotText,
        };
    }

    // Puts the inflated beginning in place of the compressed bytes.
    private bool Inflate(int keptBytes, int limit, out bool cut)
    {
        cut = true;
        if (ContentCoding == HttpContentCoding.Other)
        {
            return false;
        }

        var output = _text.GetSpan(limit)[..limit]; // before the input is looked at: it may move the buffer
        var input = _text.Span.Slice(_bodyStart, keptBytes);
        var status = ContentCoding == HttpContentCoding.Gzip
            ? Inflater.Gzip(input, output, out var written)
            : Inflater.Deflate(input, output, out written);
        cut = status != InflateStatus.Complete;
        if (written == 0 && status == InflateStatus.Invalid)
        {
            return false;
        }

        _text.Truncate(_bodyStart);
        output[..written].CopyTo(_text.GetSpan(written));
        _text.Advance(written);
        return true;
    }

    private void DecodeForm()
    {
        var length = _text.Length - _bodyStart;
        _text.Truncate(_bodyStart);
        _text.Advance(HttpText.DecodeForm(_text.GetSpan(length)[..length]));
    }
}
