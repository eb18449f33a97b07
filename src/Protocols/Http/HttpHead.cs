namespace PixieOrleans.Protocols.Http;

/// <summary>Which way a message goes.</summary>
internal enum HttpMessageKind : byte
{
    /// <summary>Not known yet: the start line decides.</summary>
    Unknown,

    /// <summary>From client to server.</summary>
    Request,

    /// <summary>From server to client.</summary>
    Response,
}

/// <summary>How a body is encoded (Content-Encoding).</summary>
internal enum HttpContentCoding : byte
{
    /// <summary>As it is.</summary>
    Identity,

    /// <summary>gzip or x-gzip (RFC 1952).</summary>
    Gzip,

    /// <summary>zlib (RFC 1950), or bare deflate as some servers send it.</summary>
    Deflate,

    /// <summary>Any other or several.</summary>
    Other,
}

/// <summary>A part of the bytes that a head was parsed from.</summary>
internal readonly record struct TextRange(int Start, int Length)
{
    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> data) => data.Slice(Start, Length);
}

/// <summary>Name and value of one header line.</summary>
internal readonly record struct HeaderField(TextRange Name, TextRange Value);

/// <summary>
/// Start line and headers of one message, as ranges of the bytes they were parsed from. Reused: valid until the next
/// parse with the same object.
/// </summary>
internal sealed class HttpHead
{
    private HeaderField[] _fields = new HeaderField[32];

    /// <summary>Request or response.</summary>
    public HttpMessageKind Kind { get; set; }

    /// <summary>The x of HTTP/1.x.</summary>
    public int MinorVersion { get; set; }

    /// <summary>Request method.</summary>
    public TextRange Method { get; set; }

    /// <summary>Request target.</summary>
    public TextRange Target { get; set; }

    /// <summary>Status code of a response.</summary>
    public int Status { get; set; }

    /// <summary>Reason phrase of a response; may be empty.</summary>
    public TextRange Reason { get; set; }

    /// <summary>Value of Content-Length; -1 without.</summary>
    public long ContentLength { get; set; }

    /// <summary>A Transfer-Encoding is present.</summary>
    public bool HasTransferEncoding { get; set; }

    /// <summary>The last transfer coding is chunked.</summary>
    public bool Chunked { get; set; }

    /// <summary>"Connection: close" is present.</summary>
    public bool ConnectionClose { get; set; }

    /// <summary>Value of Content-Type; empty without.</summary>
    public TextRange ContentType { get; set; }

    /// <summary>Coding of the body.</summary>
    public HttpContentCoding ContentCoding { get; set; }

    /// <summary>The start line was read, whatever became of the header lines.</summary>
    public bool HasStartLine => Status > 0 || Method.Length > 0;

    /// <summary>Header lines kept.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Header lines that were not kept because there were too many.</summary>
    public int FieldsDropped { get; private set; }

    /// <summary>The header lines kept, in order.</summary>
    public ReadOnlySpan<HeaderField> Fields => _fields.AsSpan(0, FieldCount);

    /// <summary>Forgets the previous message.</summary>
    public void Reset(HttpMessageKind kind)
    {
        Kind = kind;
        (Method, Target, Reason, ContentType) = (default, default, default, default);
        (MinorVersion, Status, ContentLength) = (0, 0, -1);
        (HasTransferEncoding, Chunked, ConnectionClose) = (false, false, false);
        ContentCoding = HttpContentCoding.Identity;
        (FieldCount, FieldsDropped) = (0, 0);
    }

    /// <summary>Keeps a header line unless there are <paramref name="limit"/> already.</summary>
    public void Add(HeaderField field, int limit)
    {
        if (FieldCount >= limit)
        {
            FieldsDropped++;
            return;
        }

        if (FieldCount == _fields.Length)
        {
            Array.Resize(ref _fields, 2 * FieldCount);
        }

        _fields[FieldCount++] = field;
    }

    /// <summary>Adds a folded line to the value of the line before (RFC 9112 §5.2).</summary>
    public void Extend(int end)
    {
        if (FieldCount > 0 && FieldsDropped == 0)
        {
            var last = _fields[FieldCount - 1];
            _fields[FieldCount - 1] = last with { Value = new TextRange(last.Value.Start, end - last.Value.Start) };
        }
    }
}
