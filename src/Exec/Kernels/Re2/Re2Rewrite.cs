using System.Text.RegularExpressions;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>What stands for a match: text, \0 for all of it, \1 to \9 for its groups, \\ for a backslash.</summary>
internal static class Re2Rewrite
{
    /// <summary>What is wrong with a rewrite, in the words of RE2; empty when nothing is.</summary>
    /// <param name="rewrite">The rewrite.</param>
    /// <param name="groups">Number of groups of the pattern.</param>
    /// <param name="needsGroups">Whether it names any of them.</param>
    public static string Check(ReadOnlySpan<byte> rewrite, int groups, out bool needsGroups)
    {
        var largest = 0;
        needsGroups = false;
        for (var at = rewrite.IndexOf((byte)'\\'); at >= 0; at = rewrite.IndexOf((byte)'\\'))
        {
            if (at + 1 == rewrite.Length)
            {
                return @"Rewrite schema error: '\' not allowed at end.";
            }

            var next = (char)rewrite[at + 1];
            if (char.IsAsciiDigit(next))
            {
                largest = Math.Max(largest, next - '0');
            }
            else if (next != '\\')
            {
                return @"Rewrite schema error: '\' must be followed by a digit or '\'.";
            }

            rewrite = rewrite[(at + 2)..];
        }

        needsGroups = largest > 0;
        return largest <= groups
            ? ""
            : $"Rewrite schema requests {largest} matches, "
                + $"but the regexp only has {groups} parenthesized subexpressions.";
    }

    /// <summary>Appends what stands for a match. The rewrite has been checked.</summary>
    /// <param name="rewrite">The rewrite.</param>
    /// <param name="match">The bytes of the match.</param>
    /// <param name="text">The text that groups are positions in.</param>
    /// <param name="groups">The groups; null when the rewrite names none.</param>
    /// <param name="result">The cell being written.</param>
    public static void Append(
        ReadOnlySpan<byte> rewrite,
        ReadOnlySpan<byte> match,
        ReadOnlySpan<byte> text,
        GroupCollection? groups,
        StringArena result)
    {
        for (var at = rewrite.IndexOf((byte)'\\'); at >= 0; at = rewrite.IndexOf((byte)'\\'))
        {
            result.Append(rewrite[..at]);
            var next = rewrite[at + 1];
            if (next == '\\')
            {
                result.Append(next);
            }
            else if (next == '0')
            {
                result.Append(match);
            }
            else if (groups![next - '0'] is { Success: true } group)
            {
                result.Append(text.Slice(group.Index, group.Length));
            }

            rewrite = rewrite[(at + 2)..];
        }

        result.Append(rewrite);
    }
}
