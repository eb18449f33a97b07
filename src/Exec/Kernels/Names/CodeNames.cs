using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Names;

/// <summary>Names by number, as a dictionary of a String column, and what stands for numbers without one.</summary>
internal sealed class CodeNames
{
    private const int MaxRange = 1 << 16; // of the numbers; the lookup is an array

    private readonly long _first;
    private readonly short[] _rows;
    private readonly byte[] _before;
    private readonly byte[] _after;

    private CodeNames(IReadOnlyList<(long Code, string Name)> names, string? otherwise, string before, string after)
    {
        _first = names.Min(name => name.Code);
        _rows = new short[Math.Min(names.Max(name => name.Code) - _first + 1, MaxRange)];
        (_before, _after) = (Encoding.UTF8.GetBytes(before), Encoding.UTF8.GetBytes(after));
        var rowOfOthers = otherwise is null ? -1 : names.Count;
        Array.Fill(_rows, (short)rowOfOthers);
        RowOfOthers = rowOfOthers;
        for (var i = 0; i < names.Count; i++)
        {
            _rows[names[i].Code - _first] = (short)i;
        }

        using var arena = new StringArena(int.MaxValue);
        foreach (var name in otherwise is null ? names : [.. names, (0, otherwise)])
        {
            arena.Append(Encoding.UTF8.GetBytes(name.Name));
            arena.EndCell();
        }

        Dictionary = arena.ToColumn();
    }

    /// <summary>The names; the same object for all batches.</summary>
    public ArenaStringColumn Dictionary { get; }

    private int RowOfOthers { get; }

    /// <summary>Names with one text for all other numbers.</summary>
    public static CodeNames WithText(IReadOnlyList<(long Code, string Name)> names, string otherwise) =>
        new(names, otherwise, "", "");

    /// <summary>Names; other numbers are written out, between two texts.</summary>
    public static CodeNames WithNumber(
        IReadOnlyList<(long Code, string Name)> names, string before = "", string after = "") =>
        new(names, null, before, after);

    /// <summary>Row of the dictionary; -1 for a number that has to be written out.</summary>
    public int RowOf(long code)
    {
        var index = (ulong)unchecked(code - _first);
        return index < (ulong)_rows.Length ? _rows[index] : RowOfOthers;
    }

    /// <summary>Appends what stands for a number.</summary>
    public void Append(long code, StringArena result)
    {
        var row = RowOf(code);
        if (row >= 0)
        {
            result.Append(Dictionary.GetUtf8(row));
            return;
        }

        result.Append(_before);
        Int64TextExpression.Append(code, result);
        result.Append(_after);
    }
}
