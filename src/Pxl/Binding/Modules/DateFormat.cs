using System.Globalization;

namespace PixieOrleans.Pxl.Binding.Modules;

/// <summary>
/// Reads dates by a format with conversions as in strptime: %Y %m %d %e %H %I %M %S %p %b %B %h %a %A %y %j %z %Z %s
/// %T %R %D %F %n %t %%, and %E*S, %E#S, %Ez for fractions of seconds and offsets with a colon.
/// </summary>
internal ref struct DateFormat
{
    private const int NsPerTick = 100;

    private ReadOnlySpan<char> _text;
    private int _year = 1970;
    private int _month = 1;
    private int _day = 1;
    private int _dayOfYear;
    private int _hour;
    private int _minute;
    private int _second;
    private long _fractionNs;
    private int _offsetMinutes;
    private bool? _afternoon;
    private long? _unixSeconds;

    private DateFormat(ReadOnlySpan<char> text) => _text = text.Trim();

    /// <summary>Nanoseconds since 1970 of a date, or null when it is not of the format; UTC unless it says.</summary>
    public static long? Parse(string text, string format)
    {
        var reader = new DateFormat(text);
        return reader.Read(format) && reader._text.IsEmpty ? reader.Nanoseconds() : null;
    }

    private bool Read(ReadOnlySpan<char> format)
    {
        while (!format.IsEmpty)
        {
            if (format[0] == '%' && format.Length > 1)
            {
                var length = ConversionLength(format);
                if (!Convert(format[1..length]))
                {
                    return false;
                }

                format = format[length..];
            }
            else if (char.IsWhiteSpace(format[0]))
            {
                _text = _text.TrimStart();
                format = format[1..];
            }
            else if (!Skip(format[0]))
            {
                return false;
            }
            else
            {
                format = format[1..];
            }
        }

        return true;
    }

    private static int ConversionLength(ReadOnlySpan<char> format) =>
        format.StartsWith("%E*S") || (format.StartsWith("%E") && format.Length > 3 && format[3] is 'S' or 'f') ? 4
        : format.StartsWith("%Ez") ? 3
        : 2;

    private bool Convert(ReadOnlySpan<char> conversion) => conversion switch
    {
        "Y" => Number(4, 1, 9999, out _year),
        "y" => ReadShortYear(),
        "m" => Number(2, 1, 12, out _month),
        "d" or "e" => Number(2, 1, 31, out _day),
        "j" => Number(3, 1, 366, out _dayOfYear),
        "H" => Number(2, 0, 23, out _hour),
        "I" => ReadHalfDayHour(),
        "M" => Number(2, 0, 59, out _minute),
        "S" => Number(2, 0, 59, out _second),
        "E*S" or ['E', _, 'S'] => Number(2, 0, 59, out _second) && ReadFraction(),
        ['E', _, 'f'] => ReadDigits(),
        "p" => ReadHalf(),
        "b" or "B" or "h" => ReadName(Names.MonthNames, Names.AbbreviatedMonthNames, out _month) && _month++ >= 0,
        "a" or "A" => ReadName(Names.DayNames, Names.AbbreviatedDayNames, out _),
        "z" or "Ez" => ReadOffset(),
        "Z" => ReadZone(),
        "s" => ReadUnixSeconds(),
        "T" => Read("%H:%M:%S"),
        "R" => Read("%H:%M"),
        "D" => Read("%m/%d/%y"),
        "F" => Read("%Y-%m-%d"),
        "n" or "t" => SkipBlanks(),
        "%" => Skip('%'),
        _ => false,
    };

    private static DateTimeFormatInfo Names => CultureInfo.InvariantCulture.DateTimeFormat;

    private readonly long? Nanoseconds()
    {
        if (_unixSeconds is { } seconds)
        {
            return InRange((Int128)seconds * 1_000_000_000);
        }

        if (_day > DateTime.DaysInMonth(_year, _month) || _dayOfYear > (DateTime.IsLeapYear(_year) ? 366 : 365))
        {
            return null;
        }

        var day = _dayOfYear > 0
            ? new DateTime(_year, 1, 1).AddDays(_dayOfYear - 1)
            : new DateTime(_year, _month, _day);
        var hour = _afternoon is { } afternoon ? (_hour % 12) + (afternoon ? 12 : 0) : _hour;
        var ticks = day.Ticks - DateTime.UnixEpoch.Ticks
            + (((((long)hour * 60) + _minute - _offsetMinutes) * 60) + _second) * TimeSpan.TicksPerSecond;
        return InRange(((Int128)ticks * NsPerTick) + _fractionNs);
    }

    private static long? InRange(Int128 ns) => ns >= long.MinValue && ns <= long.MaxValue ? (long)ns : null;

    private bool Number(int digits, int least, int most, out int value)
    {
        value = 0;
        _text = _text.TrimStart();
        var count = 0;
        while (count < digits && count < _text.Length && char.IsAsciiDigit(_text[count]))
        {
            value = (value * 10) + (_text[count++] - '0');
        }

        _text = _text[count..];
        return count > 0 && value >= least && value <= most;
    }

    private bool ReadShortYear()
    {
        var read = Number(2, 0, 99, out var year);
        _year = year + (year < 69 ? 2000 : 1900);
        return read;
    }

    private bool ReadHalfDayHour()
    {
        _afternoon ??= false;
        return Number(2, 1, 12, out _hour);
    }

    private bool ReadHalf()
    {
        if (_text.Length < 2 || _text[1] is not ('m' or 'M') || _text[0] is not ('a' or 'A' or 'p' or 'P'))
        {
            return false;
        }

        _afternoon = _text[0] is 'p' or 'P';
        _text = _text[2..];
        return true;
    }

    private bool ReadFraction() => !_text.StartsWith('.') || (Skip('.') && ReadDigits());

    private bool ReadDigits()
    {
        var (scale, count) = (100_000_000L, 0);
        for (; count < _text.Length && char.IsAsciiDigit(_text[count]); count++, scale /= 10)
        {
            _fractionNs += (_text[count] - '0') * scale;
        }

        _text = _text[count..];
        return count > 0;
    }

    private bool ReadName(string[] names, string[] shortNames, out int index)
    {
        for (index = 0; index < names.Length; index++)
        {
            foreach (var name in (ReadOnlySpan<string>)[names[index], shortNames[index]])
            {
                if (name.Length > 0 && _text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                {
                    _text = _text[name.Length..];
                    return true;
                }
            }
        }

        return false;
    }

    private bool ReadOffset()
    {
        if (_text.StartsWith('Z'))
        {
            return Skip('Z');
        }

        if (_text.IsEmpty || _text[0] is not ('+' or '-'))
        {
            return false;
        }

        var sign = _text[0] == '-' ? -1 : 1;
        _text = _text[1..];
        if (!Number(2, 0, 23, out var hours))
        {
            return false;
        }

        var minutes = 0;
        if (_text.StartsWith(':'))
        {
            _text = _text[1..];
        }

        if (!_text.IsEmpty && char.IsAsciiDigit(_text[0]) && !Number(2, 0, 59, out minutes))
        {
            return false;
        }

        _offsetMinutes = sign * ((hours * 60) + minutes);
        return true;
    }

    // A name of a zone says nothing about its offset, except for these.
    private bool ReadZone()
    {
        foreach (var name in (ReadOnlySpan<string>)["UTC", "GMT", "Z"])
        {
            if (_text.StartsWith(name))
            {
                _text = _text[name.Length..];
                return true;
            }
        }

        return false;
    }

    private bool ReadUnixSeconds()
    {
        var end = _text.StartsWith('-') ? 1 : 0;
        while (end < _text.Length && char.IsAsciiDigit(_text[end]))
        {
            end++;
        }

        var read = long.TryParse(_text[..end], CultureInfo.InvariantCulture, out var seconds);
        _unixSeconds = seconds;
        _text = _text[end..];
        return read;
    }

    private bool SkipBlanks()
    {
        _text = _text.TrimStart();
        return true;
    }

    private bool Skip(char expected)
    {
        if (!_text.StartsWith(expected))
        {
            return false;
        }

        _text = _text[1..];
        return true;
    }
}
