using System.Globalization;
using System.Text;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>A set of code points, as a character class of a pattern collects it.</summary>
internal sealed class RuneSet
{
    /// <summary>The largest code point.</summary>
    public const int MaxRune = 0x10FFFF;

    private const int MaxCasedRune = 0x1E943; // Unicode 16; behind it nothing has another case

    // By number of the general category.
    private static readonly string[] CategoryNames =
    [
        "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
        "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Cn",
    ];

    private readonly List<(int First, int Last)> _ranges = [];

    /// <summary>Disjoint ranges in order.</summary>
    public IReadOnlyList<(int First, int Last)> Ranges
    {
        get
        {
            Normalize();
            return _ranges;
        }
    }

    /// <summary>All code points of the general categories whose names begin so; null when there are none.</summary>
    public static RuneSet? OfCategory(string name)
    {
        var set = new RuneSet();
        if (name == "Any")
        {
            set.Add(0, MaxRune);
            return set;
        }

        var isWanted = CategoryNames.Select(known => name.Length > 0 && known.StartsWith(
            name, StringComparison.Ordinal)).ToArray();
        if (!isWanted.Contains(true))
        {
            return null;
        }

        for (var rune = 0; rune <= MaxRune; rune++)
        {
            if (isWanted[(int)CharUnicodeInfo.GetUnicodeCategory(rune)])
            {
                set.Add(rune, rune);
            }
        }

        return set;
    }

    /// <summary>Adds a range.</summary>
    public void Add(int first, int last)
    {
        if (_ranges.Count > 0 && _ranges[^1].Last + 1 == first)
        {
            _ranges[^1] = (_ranges[^1].First, last);
        }
        else
        {
            _ranges.Add((first, last));
        }
    }

    /// <summary>Adds another set.</summary>
    public void Add(RuneSet other) => _ranges.AddRange(other._ranges);

    /// <summary>Adds a range and the other cases of its letters.</summary>
    public void AddFolded(int first, int last)
    {
        Add(first, last);
        for (var code = first; code <= Math.Min(last, MaxCasedRune); code++)
        {
            if (Rune.TryCreate(code, out var rune))
            {
                AddOne(Rune.ToUpperInvariant(rune).Value);
                AddOne(Rune.ToLowerInvariant(rune).Value);
            }

            switch (code)
            {
                case 'k' or 'K':
                    AddOne(0x212A); // the sign of Kelvin
                    break;
                case 's' or 'S':
                    AddOne(0x17F); // the long s
                    break;
            }
        }

        void AddOne(int code)
        {
            if (code < first || code > last)
            {
                _ranges.Add((code, code));
            }
        }
    }

    /// <summary>The code points that are not in the set.</summary>
    public RuneSet Negate()
    {
        var set = new RuneSet();
        var next = 0;
        foreach (var (first, last) in Ranges)
        {
            if (first > next)
            {
                set.Add(next, first - 1);
            }

            next = last + 1;
        }

        if (next <= MaxRune)
        {
            set.Add(next, MaxRune);
        }

        return set;
    }

    private void Normalize()
    {
        _ranges.Sort();
        var kept = 0;
        for (var i = 1; i < _ranges.Count; i++)
        {
            if (_ranges[i].First <= _ranges[kept].Last + 1)
            {
                _ranges[kept] = (_ranges[kept].First, Math.Max(_ranges[kept].Last, _ranges[i].Last));
            }
            else
            {
                _ranges[++kept] = _ranges[i];
            }
        }

        _ranges.RemoveRange(Math.Min(kept + 1, _ranges.Count), Math.Max(_ranges.Count - kept - 1, 0));
    }
}
