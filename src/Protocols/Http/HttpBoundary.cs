using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Http;

/// <summary>Finds where the next message starts after bytes that are missing or make no sense.</summary>
internal static class HttpBoundary
{
    private const int MaxLineBytes = 4096; // of a request line that is found

    // Methods of RFC 9110, PATCH (RFC 5789) and WebDAV (RFC 4918): a boundary is not found by guessing new ones.
    private static readonly byte[][] Methods =
    [
        "GET"u8.ToArray(), "POST"u8.ToArray(), "PUT"u8.ToArray(), "DELETE"u8.ToArray(), "HEAD"u8.ToArray(),
        "OPTIONS"u8.ToArray(), "PATCH"u8.ToArray(), "CONNECT"u8.ToArray(), "TRACE"u8.ToArray(),
        "PROPFIND"u8.ToArray(), "PROPPATCH"u8.ToArray(), "MKCOL"u8.ToArray(), "COPY"u8.ToArray(),
        "MOVE"u8.ToArray(), "LOCK"u8.ToArray(), "UNLOCK"u8.ToArray(), "REPORT"u8.ToArray(), "PURGE"u8.ToArray(),
    ];

    /// <summary>Position of the first start line of <paramref name="kind"/> at or after from; -1 when none.</summary>
    /// <remarks>The line must be whole; what follows it must not contradict it.</remarks>
    public static int Find(
        ReadOnlySpan<byte> data, HttpMessageKind kind, int from, HttpOptions options, HttpHead scratch)
    {
        for (var i = from; i < data.Length;)
        {
            var version = data[i..].IndexOf("HTTP/1."u8);
            if (version < 0)
            {
                return -1;
            }

            version += i;
            var start = version;
            if (kind != HttpMessageKind.Response)
            {
                var request = RequestStart(data, from, version);
                start = request >= 0 || kind == HttpMessageKind.Request ? request : version;
            }

            if (start >= 0 && IsStart(data, start, kind, options, scratch))
            {
                return start;
            }

            i = version + 1;
        }

        return -1;
    }

    /// <summary>Bytes at the end of <paramref name="data"/> to keep: the start line may still be coming.</summary>
    public static int TailToKeep(ReadOnlySpan<byte> data)
    {
        var tail = data.Length - 1 - data.LastIndexOf((byte)'\n');
        return Math.Min(tail, MaxLineBytes);
    }

    private static bool IsStart(
        ReadOnlySpan<byte> data, int start, HttpMessageKind kind, HttpOptions options, HttpHead scratch)
    {
        var line = HttpFrameParser.ParseStartLine(data, start, kind, scratch, out _);
        return line == ParseStatus.Success
            && HttpFrameParser.Parse(data[start..], kind, options, scratch, out _) != ParseStatus.Invalid;
    }

    // Walks back from " HTTP/1." over the target to a known method; a body may end right before the method.
    private static int RequestStart(ReadOnlySpan<byte> data, int from, int version)
    {
        var line = data[Math.Max(from, version - MaxLineBytes)..version];
        if (line is not [.., (byte)' '])
        {
            return -1;
        }

        line = line[(line.LastIndexOf((byte)'\n') + 1)..];
        var space = line.IsEmpty ? -1 : line[..^1].LastIndexOf((byte)' ');
        if (space <= 0)
        {
            return -1;
        }

        var best = 0;
        foreach (var method in Methods)
        {
            if (method.Length > best && line[..space].EndsWith(method))
            {
                best = method.Length;
            }
        }

        return best == 0 ? -1 : version - line.Length + space - best;
    }
}
