using System.Buffers;
using PixieOrleans.Protocols.Http;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Http2;

/// <summary>The fields of one header block as text, with what a row needs of them. Reused for the next block.</summary>
internal sealed class Http2Fields
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:"u8);

    private HttpOptions _options = new();
    private PooledBuffer _text;
    private int _start; // of the field being read
    private int _valueStart;

    /// <summary>Stands for a name or value that was sent before the tracer saw the connection.</summary>
    public static ReadOnlySpan<byte> Unknown => "[UNKNOWN]"u8;

    /// <summary>The fields, as a head of HTTP.</summary>
    public HttpHead Head { get; } = new();

    /// <summary>What the ranges of the head are of.</summary>
    public ReadOnlySpan<byte> Text => _text.Span;

    /// <summary>A name or value is not known.</summary>
    public bool HasUnknown { get; private set; }

    /// <summary>Something that only requests have is there: method, scheme or path.</summary>
    public bool IsRequest { get; private set; }

    /// <summary>A status is there.</summary>
    public bool HasStatus { get; private set; }

    /// <summary>Fields were left out: there are too many or they are too long.</summary>
    public bool IsFull => Head.FieldsDropped > 0;

    /// <summary>Name of the field being read.</summary>
    public ReadOnlySpan<byte> Name => _text.Span[_start.._valueStart];

    /// <summary>Value of the field being read.</summary>
    public ReadOnlySpan<byte> Value => _text.Span[_valueStart..];

    private static ReadOnlySpan<byte> InvalidName => "[INVALID]"u8;

    /// <summary>Begins a block.</summary>
    public void Begin(HttpOptions options)
    {
        _options = options;
        _text.Clear();
        Head.Reset(HttpMessageKind.Unknown);
        Head.Status = -1;
        (HasUnknown, IsRequest, HasStatus) = (false, false, false);
    }

    /// <summary>The block is complete: says what the head is of.</summary>
    public void End(HttpMessageKind kind)
    {
        Head.Kind = kind;
        if (HasUnknown && kind == HttpMessageKind.Request)
        {
            var unknown = new TextRange(_text.Length, Unknown.Length);
            _text.Append(Unknown);
            Head.Method = Head.Method.Length == 0 ? unknown : Head.Method;
            Head.Target = Head.Target.Length == 0 ? unknown : Head.Target;
        }
    }

    /// <summary>Leaves a field out.</summary>
    public void Skip() => Head.Add(default, 0);

    /// <summary>Begins a field; its name follows.</summary>
    public void BeginField() => _start = _text.Length;

    /// <summary>The name is complete; the value follows.</summary>
    public void EndName() => _valueStart = _text.Length;

    /// <summary>Adds a field.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        BeginField();
        Append(name);
        EndName();
        Append(value);
        EndField(nameUnknown: false, valueUnknown: false);
    }

    /// <summary>Appends to name or value.</summary>
    public void Append(ReadOnlySpan<byte> text) => _text.Append(text);

    /// <summary>Appends to name or value; false when the bytes are no Huffman code.</summary>
    public bool Append(ReadOnlySpan<byte> text, bool huffman)
    {
        if (!huffman)
        {
            _text.Append(text);
            return true;
        }

        var written = HpackHuffman.Decode(text, _text.GetSpan(HpackHuffman.MaxDecodedBytes(text.Length)));
        _text.Advance(Math.Max(0, written));
        return written >= 0;
    }

    /// <summary>The field is complete.</summary>
    public void EndField(bool nameUnknown, bool valueUnknown)
    {
        HasUnknown |= nameUnknown || valueUnknown;
        if (_text.Length > _options.MaxHeaderBlockBytes || Head.FieldCount >= _options.MaxHeaders)
        {
            _text.Truncate(_start);
            Skip();
            return;
        }

        if (!nameUnknown && (Name.IsEmpty || Name.IndexOfAnyExcept(NameBytes) >= 0))
        {
            ReplaceName();
        }

        var name = new TextRange(_start, _valueStart - _start);
        var value = new TextRange(_valueStart, _text.Length - _valueStart);
        Head.Add(new HeaderField(name, value), _options.MaxHeaders);
        if (!nameUnknown)
        {
            Read(name.Of(_text.Span), value);
        }
    }

    private static HttpContentCoding Coding(ReadOnlySpan<byte> value) =>
        value.SequenceEqual("gzip"u8) || value.SequenceEqual("x-gzip"u8) ? HttpContentCoding.Gzip
        : value.SequenceEqual("deflate"u8) ? HttpContentCoding.Deflate
        : value.IsEmpty || value.SequenceEqual("identity"u8) ? HttpContentCoding.Identity
        : HttpContentCoding.Other;

    private void Read(ReadOnlySpan<byte> name, TextRange value)
    {
        if (name[0] == ':')
        {
            ReadPseudo(name, value);
        }
        else if (name.SequenceEqual("content-type"u8))
        {
            Head.ContentType = value;
        }
        else if (name.SequenceEqual("content-encoding"u8))
        {
            Head.ContentCoding = Coding(value.Of(_text.Span));
        }
    }

    private void ReadPseudo(ReadOnlySpan<byte> name, TextRange value)
    {
        if (name.SequenceEqual(":status"u8))
        {
            HasStatus = true;
            Head.Status = Status(value.Of(_text.Span));
        }
        else if (name.SequenceEqual(":method"u8))
        {
            IsRequest = true;
            Head.Method = Clean(value);
        }
        else if (name.SequenceEqual(":path"u8))
        {
            IsRequest = true;
            Head.Target = Clean(value);
        }
        else
        {
            IsRequest |= name.SequenceEqual(":scheme"u8);
        }
    }

    private static int Status(ReadOnlySpan<byte> value) =>
        value.Length == 3 && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
            ? ((value[0] - '0') * 100) + ((value[1] - '0') * 10) + (value[2] - '0')
            : -1;

    // A method or path is shown as it is: what is not printable ASCII becomes '?'.
    private TextRange Clean(TextRange range)
    {
        var value = range.Of(_text.Span);
        if (value.IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e) < 0)
        {
            return range;
        }

        var copy = _text.GetSpan(range.Length)[..range.Length]; // may move the text
        range.Of(_text.Span).CopyTo(copy);
        foreach (ref var each in copy)
        {
            each = each is >= 0x20 and <= 0x7e ? each : (byte)'?';
        }

        var start = _text.Length;
        _text.Advance(range.Length);
        return new TextRange(start, range.Length);
    }

    // Names are shown unescaped: one that is no token is left out, its value stays.
    private void ReplaceName()
    {
        var length = Value.Length;
        var room = _text.GetSpan(length + InvalidName.Length);
        InvalidName.CopyTo(room);
        Value.CopyTo(room[InvalidName.Length..]);
        _start = _text.Length;
        _valueStart = _start + InvalidName.Length;
        _text.Advance(length + InvalidName.Length);
    }
}
