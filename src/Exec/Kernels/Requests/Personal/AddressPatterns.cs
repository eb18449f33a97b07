using static PixieOrleans.Exec.Kernels.Requests.Personal.ByteClasses;

namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>Addresses of networks and mail. Each looks at a bounded number of bytes from a position.</summary>
internal static class AddressPatterns
{
    private const int MaxMailPartLength = 64; // bytes of the part before the @; RFC 5321, 4.5.3.1.1
    private const int MaxDomainLength = 255; // bytes; RFC 5321, 4.5.3.1.2
    private const int MacGroups = 6;
    private const int IPv6Groups = 8;

    /// <summary>Length of an IPv4 address in dotted decimal that starts here; 0 when there is none.</summary>
    public static int MatchIPv4(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        for (var part = 0; part < 4; part++)
        {
            if (part > 0 && At(text, end++) != '.')
            {
                return 0;
            }

            var (value, digits) = (0, 0);
            for (; digits < 4 && IsDigit(At(text, end)); digits++, end++)
            {
                value = (value * 10) + text[end] - '0';
            }

            if (digits is 0 or > 3 || value > 255)
            {
                return 0;
            }
        }

        return end - at;
    }

    /// <summary>Length of an IPv6 address (RFC 4291, 2.2) that starts here and is no part of a word, or 0.</summary>
    public static int MatchIPv6(ReadOnlySpan<byte> text, int at)
    {
        var (end, groups, gap) = (at, 0, false);
        if (At(text, at) == ':' && At(text, at + 1) == ':')
        {
            (end, gap) = (at + 2, true);
        }

        while (groups < IPv6Groups)
        {
            var length = MatchHex(text, end, 4);
            if (length > 0 && At(text, end + length) == '.' && groups <= IPv6Groups - 2)
            {
                var embedded = MatchIPv4(text, end);
                (end, groups) = (end + embedded, groups + (embedded > 0 ? 2 : 0));
                break;
            }

            (end, groups) = (end + length, groups + (length > 0 ? 1 : 0));
            if (length == 0 || At(text, end) != ':')
            {
                break;
            }

            var isGap = At(text, end + 1) == ':';
            if ((isGap && gap) || (!isGap && MatchHex(text, end + 1, 4) == 0))
            {
                break;
            }

            (end, gap) = (isGap ? end + 2 : end + 1, gap || isGap);
        }

        var isWhole = gap ? groups is > 0 and < IPv6Groups : groups == IPv6Groups;
        return isWhole && !IsAlphanumeric(At(text, end)) && At(text, end) != ':' ? end - at : 0;
    }

    /// <summary>Length of six groups of two hexadecimal digits with - or : between them, or 0.</summary>
    public static int MatchMac(ReadOnlySpan<byte> text, int at)
    {
        var separator = At(text, at + 2);
        if (separator is not ((byte)':' or (byte)'-'))
        {
            return 0;
        }

        var end = at;
        for (var group = 0; group < MacGroups; group++)
        {
            if (group > 0 && At(text, end++) != separator)
            {
                return 0;
            }

            if (MatchHex(text, end, 2) != 2)
            {
                return 0;
            }

            end += 2;
        }

        return IsAlphanumeric(At(text, end)) || At(text, end) == separator ? 0 : end - at;
    }

    /// <summary>The mail address around an @ (or %40, as in URLs); length 0 when there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">Position of the @.</param>
    /// <param name="signLength">Length of the @.</param>
    public static (int Start, int Length) MatchMail(ReadOnlySpan<byte> text, int at, int signLength)
    {
        var start = at;
        while (start > 0 && at - start < MaxMailPartLength && IsMailByte(text[start - 1]))
        {
            start--;
        }

        var end = at + signLength;
        for (var domain = end; end - domain < MaxDomainLength; end++)
        {
            var value = At(text, end);
            var isDot = value == '.' && end > domain && IsDomainByte(text[end - 1]) && IsDomainByte(At(text, end + 1));
            if (!isDot && !IsDomainByte(value))
            {
                break;
            }
        }

        return start == at || end == at + signLength ? (at, 0) : (start, end - start);
    }

    private static int MatchHex(ReadOnlySpan<byte> text, int at, int max)
    {
        var length = 0;
        while (length < max && IsHex(At(text, at + length)))
        {
            length++;
        }

        return length;
    }

    // Without / = ? & , which are allowed but separate things in URLs and lists.
    private static bool IsMailByte(byte value) =>
        IsAlphanumeric(value) || "!#$%'*+-^_`{|}~."u8.Contains(value);

    private static bool IsDomainByte(byte value) => IsAlphanumeric(value) || value == '-';
}
