using System.Buffers.Text;
using System.Text;

namespace PixieOrleans.Protocols.Http;

/// <summary>How a body ends.</summary>
internal enum HttpBodyKind : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>After a known number of bytes.</summary>
    Length,

    /// <summary>After the last chunk and its trailers.</summary>
    Chunked,

    /// <summary>When the connection closes.</summary>
    UntilClose,
}

/// <summary>The headers that say how a message's body is framed and what it is; RFC 9112 §6.</summary>
internal static class HttpFraming
{
    /// <summary>Takes note of a header that matters here; false when its value makes the framing unknowable.</summary>
    public static bool Read(ReadOnlySpan<byte> data, HeaderField field, HttpHead head)
    {
        var name = field.Name.Of(data);
        switch (name.Length)
        {
            case 10 when Ascii.EqualsIgnoreCase(name, "connection"u8):
                head.ConnectionClose |= Ascii.EqualsIgnoreCase(field.Value.Of(data), "close"u8);
                return true;
            case 12 when Ascii.EqualsIgnoreCase(name, "content-type"u8):
                head.ContentType = field.Value;
                return true;
            case 14 when Ascii.EqualsIgnoreCase(name, "content-length"u8):
                return ReadContentLength(field.Value.Of(data), head);
            case 16 when Ascii.EqualsIgnoreCase(name, "content-encoding"u8):
                head.ContentCoding = ReadCoding(field.Value.Of(data), head.ContentCoding);
                return true;
            case 17 when Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8):
                head.HasTransferEncoding = true;
                head.Chunked = EndsWithChunked(field.Value.Of(data));
                return true;
            default:
                return true;
        }
    }

    /// <summary>False when no receiver could frame the message: a request whose last coding is not chunked.</summary>
    public static bool IsValid(HttpHead head) =>
        head.Kind != HttpMessageKind.Request || !head.HasTransferEncoding || head.Chunked;

    /// <summary>Body of a message; a response's also depends on its request. In the order of RFC 9112 §6.3.</summary>
    /// <param name="head">The message.</param>
    /// <param name="toHead">The request's method was HEAD.</param>
    public static HttpBodyKind BodyOf(HttpHead head, bool toHead)
    {
        var response = head.Kind == HttpMessageKind.Response;
        if (response && (toHead || head.Status is < 200 or 204 or 304))
        {
            return HttpBodyKind.None;
        }

        if (head.HasTransferEncoding)
        {
            return head.Chunked ? HttpBodyKind.Chunked : HttpBodyKind.UntilClose;
        }

        if (head.ContentLength >= 0)
        {
            return head.ContentLength == 0 ? HttpBodyKind.None : HttpBodyKind.Length;
        }

        return response ? HttpBodyKind.UntilClose : HttpBodyKind.None;
    }

    // A list of equal numbers counts as one (RFC 9110 §8.6).
    private static bool ReadContentLength(ReadOnlySpan<byte> value, HttpHead head)
    {
        while (true)
        {
            if (!Utf8Parser.TryParse(value, out ulong length, out var used) || length > long.MaxValue
                || value[0] == '+' || (head.ContentLength >= 0 && head.ContentLength != (long)length))
            {
                return false;
            }

            head.ContentLength = (long)length;
            value = value[used..].TrimStart(" \t"u8);
            if (value.IsEmpty)
            {
                return true;
            }

            if (value[0] != ',')
            {
                return false;
            }

            value = value[1..].TrimStart(" \t"u8);
        }
    }

    private static bool EndsWithChunked(ReadOnlySpan<byte> value)
    {
        var last = value[(value.LastIndexOf((byte)',') + 1)..].TrimStart(" \t"u8);
        return Ascii.EqualsIgnoreCase(last, "chunked"u8);
    }

    private static HttpContentCoding ReadCoding(ReadOnlySpan<byte> value, HttpContentCoding before)
    {
        var coding = value.Length switch
        {
            0 => HttpContentCoding.Identity,
            4 when Ascii.EqualsIgnoreCase(value, "gzip"u8) => HttpContentCoding.Gzip,
            6 when Ascii.EqualsIgnoreCase(value, "x-gzip"u8) => HttpContentCoding.Gzip,
            7 when Ascii.EqualsIgnoreCase(value, "deflate"u8) => HttpContentCoding.Deflate,
            8 when Ascii.EqualsIgnoreCase(value, "identity"u8) => HttpContentCoding.Identity,
            _ => HttpContentCoding.Other,
        };
        return before == HttpContentCoding.Identity ? coding
            : coding == HttpContentCoding.Identity ? before
            : HttpContentCoding.Other;
    }
}
