using System.Text;

namespace PixieOrleans.Exec.Kernels.Requests.Sql;

/// <summary>A few words of SQL, ASCII, compared without regard to case.</summary>
internal sealed class SqlWords
{
    /// <summary>Types that may have a length or precision in brackets.</summary>
    public static readonly SqlWords Types = new("""
        binary bit bpchar char character datetime dec decimal double fixed float int int2 int4 int8 integer mediumint
        national nchar numeric nvarchar real smallint bigint time timestamp timestamptz timetz tinyint varbinary
        varbit varchar varying year text blob interval bigint unsigned signed vector
        """);

    /// <summary>Keywords after which a value starts.</summary>
    public static readonly SqlWords BeforeValues = new("""
        all and any between by case distinct div else having if in interval like limit mod offset on or
        regexp return rlike select set some then values when where xor
        """);

    private readonly Dictionary<int, byte[][]> _byLength;

    private SqlWords(string words) => _byLength = words
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Distinct(StringComparer.Ordinal)
        .Select(Encoding.ASCII.GetBytes)
        .GroupBy(word => word.Length)
        .ToDictionary(group => group.Key, group => group.ToArray());

    /// <summary>Whether this is one of the words.</summary>
    public bool Contains(ReadOnlySpan<byte> word)
    {
        foreach (var known in _byLength.GetValueOrDefault(word.Length) ?? [])
        {
            if (Ascii.EqualsIgnoreCase(known, word))
            {
                return true;
            }
        }

        return false;
    }
}
