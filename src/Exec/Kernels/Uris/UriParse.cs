using System.Buffers;
using System.Buffers.Text;
using System.Net;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Json;

namespace PixieOrleans.Exec.Kernels.Uris;

/// <summary>The parts that a URI reference has, as a JSON object of strings, the port as a number.</summary>
/// <remarks>
/// Grammar: RFC 3986, appendix A. The path comes without the slash at its beginning, an IPv6 address without brackets.
/// </remarks>
internal readonly struct UriParse : IStringTransform
{
    private const int EscapeLength = 3; // % and two digits

    private static readonly SearchValues<byte> SchemeCodes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-."u8);

    private static readonly SearchValues<byte> AddressCodes = SearchValues.Create("0123456789ABCDEFabcdef:."u8);

    // Unreserved characters and sub-delims; then more, part by part.
    private static readonly SearchValues<byte> NameCodes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;="u8);

    private static readonly SearchValues<byte> UserCodes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:"u8);

    private static readonly SearchValues<byte> PathCodes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/"u8);

    private static readonly SearchValues<byte> QueryCodes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?"u8);

    /// <inheritdoc/>
    public void Apply(ReadOnlySpan<byte> value, StringArena result)
    {
        var before = result.CellLength;
        var isUri = TryAppend(value, result, out var portFits);
        if (!isUri || !portFits)
        {
            result.CutCell(before);
            result.Append(isUri ? "Port parsing failed."u8 : "Failed to parse URI"u8);
        }
    }

    private static bool TryAppend(ReadOnlySpan<byte> text, StringArena result, out bool portFits)
    {
        portFits = true;
        var hasFragment = TryCut(ref text, (byte)'#', out var fragment);
        var hasQuery = TryCut(ref text, (byte)'?', out var query);
        var members = new Members(result);
        if (!TryAppendScheme(ref text, ref members))
        {
            return false;
        }

        var hasHost = text.StartsWith("//"u8);
        if (hasHost)
        {
            var authority = text[2..];
            var slash = authority.IndexOf((byte)'/');
            text = slash < 0 ? [] : authority[slash..];
            if (!TryAppendAuthority(slash < 0 ? authority : authority[..slash], ref members, out portFits))
            {
                return false;
            }
        }

        // A lone slash is a path with one empty segment after a host, and without a segment otherwise.
        if (hasHost ? !text.IsEmpty : text.Length > 1 || (text.Length == 1 && text[0] != '/'))
        {
            members.Append("path"u8, text[0] == '/' ? text[1..] : text);
        }

        members.AppendIf(hasQuery, "query"u8, query);
        members.AppendIf(hasFragment, "fragment"u8, fragment);
        members.End();
        return IsMadeOf(text, PathCodes) && IsMadeOf(query, QueryCodes) && IsMadeOf(fragment, QueryCodes);
    }

    // A colon before the first slash ends a scheme: no segment of a relative path may have one there.
    private static bool TryAppendScheme(ref ReadOnlySpan<byte> text, ref Members members)
    {
        var colon = text.IndexOfAny((byte)':', (byte)'/');
        if (colon < 0 || text[colon] != ':')
        {
            return true;
        }

        var scheme = text[..colon];
        text = text[(colon + 1)..];
        members.Append("scheme"u8, scheme);
        return colon > 0 && char.IsAsciiLetter((char)scheme[0]) && !scheme.ContainsAnyExcept(SchemeCodes);
    }

    private static bool TryAppendAuthority(ReadOnlySpan<byte> authority, ref Members members, out bool portFits)
    {
        portFits = true;
        var at = authority.IndexOf((byte)'@');
        members.AppendIf(at >= 0, "userInfo"u8, authority[..Math.Max(at, 0)]);
        if (!IsMadeOf(authority[..Math.Max(at, 0)], UserCodes))
        {
            return false;
        }

        authority = authority[(at + 1)..];
        var bracket = authority.StartsWith("["u8) ? authority.IndexOf((byte)']') : -1;
        var end = bracket >= 0 ? bracket + 1 : authority.IndexOf((byte)':');
        var port = end < 0 ? [] : authority[end..];
        var host = bracket >= 0 ? authority[1..bracket] : end < 0 ? authority : authority[..end];
        members.Append("host"u8, host);
        if (bracket >= 0 ? !IsAddress(host) : !IsMadeOf(host, NameCodes))
        {
            return false;
        }

        if (port.IsEmpty)
        {
            return true;
        }

        portFits = Utf8Parser.TryParse(port[1..], out int number, out _) && number >= 0;
        members.Append("port"u8, number);
        return port[0] == ':' && !port[1..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    // An IPv6 address, or "v", a version in hex, a point, and what a later version makes of it.
    private static bool IsAddress(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("v"u8))
        {
            return text.Contains((byte)':') && !text.ContainsAnyExcept(AddressCodes) && IPAddress.IsValidUtf8(text);
        }

        var point = text.IndexOf((byte)'.');
        return point > 1 && point < text.Length - 1
            && Utf8Parser.TryParse(text[1..point], out ulong _, out var consumed, 'x') && consumed == point - 1
            && !text[(point + 1)..].ContainsAnyExcept(UserCodes);
    }

    // Cuts the text at the first occurrence.
    private static bool TryCut(ref ReadOnlySpan<byte> text, byte separator, out ReadOnlySpan<byte> tail)
    {
        var at = text.IndexOf(separator);
        tail = at < 0 ? [] : text[(at + 1)..];
        text = at < 0 ? text : text[..at];
        return at >= 0;
    }

    private static bool IsMadeOf(ReadOnlySpan<byte> text, SearchValues<byte> codes)
    {
        for (var next = text.IndexOfAnyExcept(codes); next >= 0; next = text.IndexOfAnyExcept(codes))
        {
            text = text[next..];
            if (text.Length < EscapeLength || text[0] != '%'
                || !char.IsAsciiHexDigit((char)text[1]) || !char.IsAsciiHexDigit((char)text[2]))
            {
                return false;
            }

            text = text[EscapeLength..];
        }

        return true;
    }

    private struct Members(StringArena result)
    {
        private bool _isOpen;

        public void Append(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            AppendName(name);
            JsonText.AppendString(value, result);
        }

        public void Append(ReadOnlySpan<byte> name, int value)
        {
            AppendName(name);
            Int64TextExpression.Append(value, result);
        }

        public void AppendIf(bool isPresent, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
        {
            if (isPresent)
            {
                Append(name, value);
            }
        }

        public readonly void End() => result.Append(_isOpen ? "}"u8 : "{}"u8);

        private void AppendName(ReadOnlySpan<byte> name)
        {
            result.Append(_isOpen ? (byte)',' : (byte)'{');
            _isOpen = true;
            JsonText.AppendString(name, result);
            result.Append((byte)':');
        }
    }
}
