using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Turns names of Rust's second scheme ("v0", _R…) into readable ones, without hashes of crates.</summary>
/// <remarks>
/// Source: RFC 2603 and the rustc book, "v0 Symbol Format". Bounds: depth and length of the text, so that a name that
/// refers back to itself many times ends. Lifetimes are left out; names in Punycode stay encoded.
/// </remarks>
internal ref partial struct RustNames
{
    private const int MaxDepth = 64;
    private const int MaxLetters = 4096;
    private const string BasicTypes = "abcdefhijlmnopstuvxyz";

    private static readonly string[] BasicNames =
    [
        "i8", "bool", "char", "f64", "str", "f32", "u8", "isize", "usize", "i32", "u32", "i128", "u128", "_", "i16",
        "u16", "()", "...", "i64", "u64", "!",
    ];

    private readonly ReadOnlySpan<byte> _name; // behind "_R": places of back references count from here
    private readonly StringBuilder _text;
    private int _at;
    private int _depth;
    private int _silent; // > 0: what is read is not written
    private bool _failed;

    private RustNames(ReadOnlySpan<byte> name)
    {
        _name = name;
        _text = new StringBuilder();
    }

    /// <summary>False when the name is not of this scheme, or broken.</summary>
    public static bool TryDemangle(ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? readable)
    {
        readable = null;
        if (!name.StartsWith("_R"u8) || name.Length > MaxLetters || name.Length < 4 || !IsUpper(name[2]))
        {
            return false;
        }

        var reader = new RustNames(name[2..]);
        reader.Path();
        readable = reader._failed || reader._text.Length == 0 ? null : reader._text.ToString();
        return readable is not null;
    }

    private void Path()
    {
        if (!Enter())
        {
            return;
        }

        switch (Take())
        {
            case 'C':
                Identifier();
                break;
            case 'M':
                ImplPath();
                Write("<");
                Type();
                Write(">");
                break;
            case 'X':
                ImplPath();
                TraitOf();
                break;
            case 'Y':
                TraitOf();
                break;
            case 'N':
                Nested();
                break;
            case 'I':
                Path();
                Write("<");
                List(static (ref RustNames self) => self.GenericArgument());
                Write(">");
                break;
            case 'B':
                Back(static (ref RustNames self) => self.Path());
                break;
            default:
                _failed = true;
                break;
        }

        _depth--;
    }

    private void TraitOf()
    {
        Write("<");
        Type();
        Write(" as ");
        Path();
        Write(">");
    }

    private void ImplPath() // where the impl stands: not part of the name
    {
        Disambiguator();
        _silent++;
        Path();
        _silent--;
    }

    private void Nested()
    {
        var space = Take();
        Path();
        var (number, name) = ReadIdentifier();
        if (IsUpper((byte)space))
        {
            var kind = space switch { 'C' => "closure", 'S' => "shim", _ => space.ToString() };
            Write($"::{{{kind}{(name.Length > 0 ? ":" + name : "")}#{number}}}");
        }
        else if (name.Length > 0)
        {
            Write("::" + name);
        }
    }

    private void Type()
    {
        if (!Enter())
        {
            return;
        }

        var tag = Peek();
        if (BasicTypes.IndexOf(tag, StringComparison.Ordinal) is >= 0 and var index)
        {
            _at++;
            Write(BasicNames[index]);
        }
        else if ("CMXYNI".Contains(tag, StringComparison.Ordinal))
        {
            Path();
        }
        else
        {
            _at++;
            Compound(tag);
        }

        _depth--;
    }

    private void Compound(char tag)
    {
        switch (tag)
        {
            case 'A':
                Write("[");
                Type();
                Write("; ");
                Constant();
                Write("]");
                break;
            case 'S':
                Write("[");
                Type();
                Write("]");
                break;
            case 'T':
                Write("(");
                Write(List(static (ref RustNames self) => self.Type()) == 1 ? ",)" : ")");
                break;
            case 'R' or 'Q':
                Lifetime();
                Write(tag == 'R' ? "&" : "&mut ");
                Type();
                break;
            case 'P' or 'O':
                Write(tag == 'P' ? "*const " : "*mut ");
                Type();
                break;
            case 'F':
                Function();
                break;
            case 'D':
                Dynamic();
                break;
            case 'B':
                Back(static (ref RustNames self) => self.Type());
                break;
            default:
                _failed = true;
                break;
        }
    }

    private void Function()
    {
        Binder();
        Write(TakeIf('U') ? "unsafe " : "");
        if (TakeIf('K'))
        {
            var abi = TakeIf('C') ? "C" : ReadIdentifier().Name.Replace('_', '-');
            Write($"extern \"{abi}\" ");
        }

        Write("fn(");
        List(static (ref RustNames self) => self.Type());
        Write(")");
        if (!TakeIf('u')) // nothing is returned
        {
            Write(" -> ");
            Type();
        }
    }

    private void Dynamic()
    {
        Write("dyn ");
        Binder();
        var isFirst = true;
        while (!_failed && !TakeIf('E'))
        {
            Write(isFirst ? "" : " + ");
            isFirst = false;
            Path();
            while (!_failed && TakeIf('p')) // an associated type
            {
                Write($"<{ReadIdentifier().Name} = ");
                Type();
                Write(">");
            }
        }

        Lifetime();
    }

    private void GenericArgument()
    {
        if (TakeIf('K'))
        {
            Constant();
        }
        else if (Peek() == 'L')
        {
            Lifetime();
            Write("'_");
        }
        else
        {
            Type();
        }
    }

    private void Constant()
    {
        if (TakeIf('B'))
        {
            Back(static (ref RustNames self) => self.Constant());
            return;
        }

        var type = Take();
        if (type == 'p')
        {
            Write("_");
            return;
        }

        Write(TakeIf('n') ? "-" : "");
        var end = _name[Math.Min(_at, _name.Length)..].IndexOf((byte)'_');
        var digits = end < 0 ? "" : Encoding.ASCII.GetString(_name.Slice(_at, end));
        _at += end + 1;
        _failed |= end < 0 || !BasicTypes.Contains(type, StringComparison.Ordinal);
        Write((type, ulong.TryParse(digits, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
            switch
        {
            (_, false) => digits.Length == 0 ? "0" : "0x" + digits,
            ('b', _) => value == 0 ? "false" : "true",
            ('c', _) => value is >= ' ' and < 0x7f ? $"'{(char)value}'" : $"'\\u{{{value:x}}}'",
            _ => $"{value}",
        });
    }

    private delegate void Step(ref RustNames self);

    private int List(Step step)
    {
        var count = 0;
        for (; !_failed && !TakeIf('E'); count++)
        {
            Write(count > 0 ? ", " : "");
            step(ref this);
        }

        return count;
    }

    private void Back(Step step)
    {
        var from = _at - 1;
        var place = Base62();
        if (_failed || place >= (ulong)from || !Enter())
        {
            _failed = true; // only to what stands before: no loops
            return;
        }

        var after = _at;
        _at = (int)place;
        step(ref this);
        _at = after;
        _depth--;
    }

    private bool Enter()
    {
        _failed |= _depth >= MaxDepth || _text.Length > MaxLetters;
        if (!_failed)
        {
            _depth++;
        }

        return !_failed;
    }

    private void Write(string text)
    {
        if (_silent == 0 && !_failed)
        {
            _text.Append(text);
        }
    }
}
