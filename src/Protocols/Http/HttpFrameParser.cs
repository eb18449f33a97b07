using System.Buffers;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>Start line and headers of HTTP/1.x messages; bodies are read by <see cref="HttpBody"/>.</summary>
/// <remarks>
/// Layout: start line, header lines "name: value", an empty line; each ends with CR LF, a lone LF is taken too. Empty
/// lines before a start line are skipped. Source: RFC 9112 §2 to §5.
/// </remarks>
internal static class HttpFrameParser
{
    private const int MaxMethodBytes = 32;
    private const int VersionBytes = 8; // "HTTP/1.1"
    private const int StatusCodeEnd = 12; // "HTTP/1.1 200"
    private const int MaxStatusLineBytes = 4096;

    private static readonly SearchValues<byte> MethodBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ-_"u8);

    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>Reads the header block at the head of <paramref name="data"/>, borrowed for the call.</summary>
    /// <param name="data">Bytes of one direction.</param>
    /// <param name="kind">What is expected; Unknown takes either.</param>
    /// <param name="options">Limits.</param>
    /// <param name="head">Filled on success, with ranges of <paramref name="data"/>.</param>
    /// <param name="consumed">Bytes of the block, empty lines before it included.</param>
    public static ParseStatus Parse(
        ReadOnlySpan<byte> data, HttpMessageKind kind, HttpOptions options, HttpHead head, out int consumed)
    {
        consumed = 0;
        var start = 0;
        while (start < data.Length && data[start] is (byte)'\r' or (byte)'\n')
        {
            start++;
        }

        var status = ParseStartLine(data, start, kind, head, out var next);
        if (status == ParseStatus.Success)
        {
            status = ParseFields(data, next, options.MaxHeaders, head, out next);
        }

        if (status == ParseStatus.Success && next - start > options.MaxHeaderBlockBytes)
        {
            return ParseStatus.Invalid;
        }

        if (status == ParseStatus.NeedMoreData && data.Length > options.MaxHeaderBlockBytes)
        {
            return ParseStatus.Invalid;
        }

        consumed = status == ParseStatus.Success ? next : 0;
        return status;
    }

    /// <summary>True when an empty line ends a block in <paramref name="data"/>, searched before from.</summary>
    public static bool HasBlockEnd(ReadOnlySpan<byte> data, int from)
    {
        var i = Math.Max(0, from - 2);
        while (true)
        {
            var lineFeed = data[i..].IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return false;
            }

            i += lineFeed + 1;
            var rest = data[i..];
            if (rest is [(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..])
            {
                return true;
            }
        }
    }

    /// <summary>Reads a start line at <paramref name="start"/>; <paramref name="next"/> is the line after it.</summary>
    public static ParseStatus ParseStartLine(
        ReadOnlySpan<byte> data, int start, HttpMessageKind kind, HttpHead head, out int next)
    {
        var rest = data[start..];
        if (kind == HttpMessageKind.Unknown)
        {
            kind = rest is [(byte)'H', (byte)'T', (byte)'T', (byte)'P', ..]
                ? HttpMessageKind.Response
                : HttpMessageKind.Request;
            if (rest.Length < 4 && "HTTP"u8.StartsWith(rest))
            {
                next = 0;
                return ParseStatus.NeedMoreData;
            }
        }

        head.Reset(kind);
        return kind == HttpMessageKind.Request
            ? ParseRequestLine(rest, start, head, out next)
            : ParseStatusLine(rest, start, head, out next);
    }

    private static ParseStatus ParseRequestLine(ReadOnlySpan<byte> data, int start, HttpHead head, out int next)
    {
        next = 0;
        var method = data.IndexOfAnyExcept(MethodBytes);
        if (method < 0 && data.Length <= MaxMethodBytes)
        {
            return ParseStatus.NeedMoreData;
        }

        if (method is <= 0 or > MaxMethodBytes || data[method] != ' ')
        {
            return ParseStatus.Invalid;
        }

        var lineFeed = data.IndexOf((byte)'\n');
        var line = lineFeed < 0 ? data : TrimReturn(data[..lineFeed]);
        var target = line[(method + 1)..];
        var control = target.IndexOfAnyInRange((byte)0, (byte)0x1f);
        if (control >= 0 && (lineFeed >= 0 || control < target.Length - 1 || target[control] != '\r'))
        {
            return ParseStatus.Invalid;
        }

        if (lineFeed < 0)
        {
            return ParseStatus.NeedMoreData;
        }

        var length = target.Length - VersionBytes - 1;
        if (length < 1 || target[length] != ' ' || !ReadVersion(target[(length + 1)..], head))
        {
            return ParseStatus.Invalid;
        }

        head.Method = new TextRange(start, method);
        head.Target = new TextRange(start + method + 1, length);
        next = start + lineFeed + 1;
        return ParseStatus.Success;
    }

    private static ParseStatus ParseStatusLine(ReadOnlySpan<byte> data, int start, HttpHead head, out int next)
    {
        next = 0;
        var prefix = "HTTP/1."u8;
        var known = Math.Min(data.Length, prefix.Length);
        if (!data[..known].SequenceEqual(prefix[..known]))
        {
            return ParseStatus.Invalid;
        }

        if (data.Length <= StatusCodeEnd)
        {
            return ParseStatus.NeedMoreData;
        }

        var (hundreds, tens, ones) = (data[9] - '0', data[10] - '0', data[11] - '0');
        if (!ReadVersion(data[..VersionBytes], head) || data[VersionBytes] != ' '
            || (uint)(hundreds - 1) > 8 || (uint)tens > 9 || (uint)ones > 9
            || data[StatusCodeEnd] is not ((byte)' ' or (byte)'\r' or (byte)'\n'))
        {
            return ParseStatus.Invalid;
        }

        var lineFeed = data[..Math.Min(data.Length, MaxStatusLineBytes)].IndexOf((byte)'\n');
        if (lineFeed < 0)
        {
            return data.Length < MaxStatusLineBytes ? ParseStatus.NeedMoreData : ParseStatus.Invalid;
        }

        var end = TrimReturn(data[..lineFeed]).Length;
        var reason = Math.Min(StatusCodeEnd + 1, end);
        head.Status = (100 * hundreds) + (10 * tens) + ones;
        head.Reason = new TextRange(start + reason, end - reason);
        next = start + lineFeed + 1;
        return ParseStatus.Success;
    }

    private static bool ReadVersion(ReadOnlySpan<byte> version, HttpHead head)
    {
        var minor = version[VersionBytes - 1] - '0';
        head.MinorVersion = minor;
        return version.StartsWith("HTTP/1."u8) && (uint)minor <= 9;
    }

    private static ParseStatus ParseFields(
        ReadOnlySpan<byte> data, int position, int maxFields, HttpHead head, out int next)
    {
        next = 0;
        while (true)
        {
            var rest = data[position..];
            var lineFeed = rest.IndexOf((byte)'\n');
            if (lineFeed < 0)
            {
                return ParseStatus.NeedMoreData;
            }

            var line = TrimReturn(rest[..lineFeed]);
            if (line.IsEmpty)
            {
                next = position + lineFeed + 1;
                return HttpFraming.IsValid(head) ? ParseStatus.Success : ParseStatus.Invalid;
            }

            if (line[0] is (byte)' ' or (byte)'\t')
            {
                head.Extend(position + line.Length);
            }
            else if (!ParseField(data, line, position, maxFields, head))
            {
                return ParseStatus.Invalid;
            }

            position += lineFeed + 1;
        }
    }

    private static bool ParseField(
        ReadOnlySpan<byte> data, ReadOnlySpan<byte> line, int position, int maxFields, HttpHead head)
    {
        var name = line.IndexOfAnyExcept(TokenBytes);
        if (name <= 0 || line[name] != ':')
        {
            return false;
        }

        var (start, end) = (name + 1, line.Length);
        while (start < end && line[start] is (byte)' ' or (byte)'\t')
        {
            start++;
        }

        while (end > start && line[end - 1] is (byte)' ' or (byte)'\t')
        {
            end--;
        }

        var field = new HeaderField(new TextRange(position, name), new TextRange(position + start, end - start));
        head.Add(field, maxFields);
        return HttpFraming.Read(data, field, head);
    }

    private static ReadOnlySpan<byte> TrimReturn(ReadOnlySpan<byte> line) =>
        line is [.., (byte)'\r'] ? line[..^1] : line;
}
