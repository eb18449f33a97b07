using System.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <content>What names are made of: identifiers, numbers, letters.</content>
internal ref partial struct RustNames
{
    private void Identifier() => Write(ReadIdentifier().Name);

    private (ulong Number, string Name) ReadIdentifier()
    {
        var number = Disambiguator();
        var isEncoded = TakeIf('u');
        var length = 0;
        if (!TakeIf('0'))
        {
            while (_at < _name.Length && _name[_at] is >= (byte)'0' and <= (byte)'9' && length < MaxLetters)
            {
                length = (length * 10) + (_name[_at++] - '0');
            }
        }

        TakeIf('_');
        if (length > _name.Length - _at)
        {
            _failed = true;
            return (0, "");
        }

        var text = Encoding.UTF8.GetString(_name.Slice(_at, length));
        _at += length;
        return (number, isEncoded ? $"punycode{{{text}}}" : text);
    }

    private ulong Disambiguator() => TakeIf('s') ? Base62() + 1 : 0;

    private void Binder()
    {
        if (TakeIf('G'))
        {
            Base62();
        }
    }

    private void Lifetime()
    {
        if (TakeIf('L'))
        {
            Base62();
        }
    }

    /// <summary>"_" is 0; else digits and "_" are one more than the digits say.</summary>
    private ulong Base62()
    {
        var value = 0UL;
        for (var isFirst = true; _at < _name.Length; isFirst = false)
        {
            var letter = (char)_name[_at++];
            if (letter == '_')
            {
                return isFirst ? 0 : value + 1;
            }

            var digit = letter switch
            {
                >= '0' and <= '9' => letter - '0',
                >= 'a' and <= 'z' => letter - 'a' + 10,
                >= 'A' and <= 'Z' => letter - 'A' + 36,
                _ => -1,
            };
            if (digit < 0)
            {
                break;
            }

            value = unchecked((value * 62) + (ulong)digit); // hashes of crates take all 64 bits
        }

        _failed = true;
        return 0;
    }

    private readonly char Peek() => _at < _name.Length ? (char)_name[_at] : '\0';

    private char Take()
    {
        var letter = Peek();
        _at++;
        return letter;
    }

    private bool TakeIf(char letter)
    {
        if (Peek() != letter)
        {
            return false;
        }

        _at++;
        return true;
    }

    private static bool IsUpper(byte letter) => letter is >= (byte)'A' and <= (byte)'Z';
}
