using static PixieOrleans.Exec.Kernels.Requests.Personal.ByteClasses;

namespace PixieOrleans.Exec.Kernels.Requests.Personal;

/// <summary>Numbers that are given to people. Each looks at a bounded number of bytes from a position.</summary>
internal static class NumberPatterns
{
    private const int MaxSeparators = 4; // bytes, spaces or dashes, between two digits
    private const int MinCardDigits = 13;
    private const int MaxCardDigits = 19;
    private const int MaxIbanLength = 34; // ISO 13616

    // Country code and length of its account numbers; source: the SWIFT IBAN registry.
    private const string Countries =
        "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BI27BR29BY28CH21CR22CY28CZ24DE22DJ27DK18DO28EE20EG29ES24FI18FK18FO18"
        + "FR27GB22GE22GI23GL18GR27GT28HN28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20LU20LV21LY25MC27"
        + "MD24ME22MK19MN20MR27MT31MU30NI28NL18NO15OM23PK24PL28PS29PT25QA29RO24RS22RU33SA24SC31SD18SE24SI19SK24SM27"
        + "SO23ST25SV28TL23TN24TR26UA29VA22VG24XK20YE30";

    private static ReadOnlySpan<byte> ImeiGroups => [2, 6, 6, 1]; // digits

    private static readonly byte[] IbanLengths = ReadCountries(); // by 26 * first letter + second letter

    /// <summary>Length of a card number: 13 to 19 digits with a check digit (ISO/IEC 7812); 0 without.</summary>
    public static int MatchCard(ReadOnlySpan<byte> text, int at)
    {
        Span<byte> digits = stackalloc byte[MaxCardDigits];
        var (count, end, best, bestEnd) = (0, at, 0, at);
        while (count < MaxCardDigits && IsDigit(At(text, end)))
        {
            digits[count++] = text[end++];
            if (!IsDigit(At(text, end)))
            {
                (best, bestEnd) = (count, end); // numbers end where their last group of digits ends
                end = SkipSeparators(text, end);
            }
        }

        return best >= MinCardDigits && HasLuhnDigit(digits[..best]) ? bestEnd - at : 0;
    }

    /// <summary>Length of an IMEI, 2-6-6-1 digits with a check digit, or IMEISV, 2-6-6-2 digits; else 0.</summary>
    public static int MatchImei(ReadOnlySpan<byte> text, int at)
    {
        Span<byte> digits = stackalloc byte[15];
        var (count, end) = (0, at);
        foreach (var group in ImeiGroups)
        {
            if (count > 0 && At(text, end++) != '-')
            {
                return 0;
            }

            for (var i = 0; i < group; i++)
            {
                if (!IsDigit(At(text, end)))
                {
                    return 0;
                }

                digits[count++] = text[end++];
            }
        }

        if (IsDigit(At(text, end)))
        {
            return IsDigit(At(text, end + 1)) ? 0 : end + 1 - at; // the version has no check digit
        }

        return HasLuhnDigit(digits) ? end - at : 0;
    }

    /// <summary>Length of three, two and four digits that the US administration may have given; else 0.</summary>
    public static int MatchSocialSecurity(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        var area = ReadGroup(text, ref end, 3);
        var afterArea = SkipSeparators(text, end);
        var isSeparated = afterArea > end;
        end = afterArea;
        var group = ReadGroup(text, ref end, 2);
        var afterGroup = SkipSeparators(text, end);
        isSeparated &= afterGroup > end;
        end = afterGroup;
        var serial = ReadGroup(text, ref end, 4);
        return isSeparated && area is > 0 and < 900 and not 666 && group > 0 && serial > 0 && !IsDigit(At(text, end))
            ? end - at
            : 0;
    }

    /// <summary>Length of an account number: as long as its country has them, with check digits (ISO 7064).</summary>
    public static int MatchIban(ReadOnlySpan<byte> text, int at)
    {
        var length = IbanLength(At(text, at), At(text, at + 1));
        if (length == 0)
        {
            return 0;
        }

        Span<byte> symbols = stackalloc byte[MaxIbanLength];
        var (count, end) = (0, at);
        while (count < length)
        {
            if (count >= 2 && At(text, end) is (byte)' ' or (byte)'-')
            {
                end++; // one at most
            }

            var value = At(text, end++);
            if (!IsAlphanumeric(value) || (count is 2 or 3 && !IsDigit(value)))
            {
                return 0;
            }

            symbols[count++] = value;
        }

        return IsAlphanumeric(At(text, end)) || !HasIbanCheck(symbols[..length]) ? 0 : end - at;
    }

    private static int SkipSeparators(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (end - at < MaxSeparators && At(text, end) is (byte)' ' or (byte)'-')
        {
            end++;
        }

        return end;
    }

    // -1 when there are not that many digits.
    private static int ReadGroup(ReadOnlySpan<byte> text, ref int at, int digits)
    {
        var value = 0;
        for (var i = 0; i < digits; i++, at++)
        {
            if (!IsDigit(At(text, at)))
            {
                return -1;
            }

            value = (value * 10) + text[at] - '0';
        }

        return value;
    }

    private static bool HasLuhnDigit(ReadOnlySpan<byte> digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var value = digits[^(i + 1)] - '0';
            value = (i & 1) == 1 ? 2 * value : value;
            sum += value > 9 ? value - 9 : value;
        }

        return sum % 10 == 0;
    }

    // Country and check digits go to the end; letters count from 10.
    private static bool HasIbanCheck(ReadOnlySpan<byte> symbols)
    {
        var rest = 0;
        for (var i = 0; i < symbols.Length; i++)
        {
            var symbol = symbols[(i + 4) % symbols.Length];
            rest = IsDigit(symbol)
                ? ((rest * 10) + symbol - '0') % 97
                : ((rest * 100) + (symbol | 0x20) - 'a' + 10) % 97;
        }

        return rest == 1;
    }

    private static int IbanLength(byte first, byte second) =>
        IsLetter(first) && IsLetter(second) ? IbanLengths[Country(first, second)] : 0;

    private static int Country(int first, int second) => (26 * ((first | 0x20) - 'a')) + (second | 0x20) - 'a';

    private static byte[] ReadCountries()
    {
        var lengths = new byte[26 * 26];
        for (var i = 0; i < Countries.Length; i += 4)
        {
            lengths[Country(Countries[i], Countries[i + 1])] =
                (byte)((10 * (Countries[i + 2] - '0')) + Countries[i + 3] - '0');
        }

        return lengths;
    }
}
