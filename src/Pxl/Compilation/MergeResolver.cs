using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Compilation;

/// <summary>Columns and keys of operations that take the rows of several others.</summary>
internal static class MergeResolver
{
    /// <summary>All columns of the left, then of the right; names of both sides get the suffixes.</summary>
    public static JoinNode Merge(MergeOperation merge, PlanNode left, PlanNode right, int maxNameChars)
    {
        CheckSuffixes(merge, left, right, maxNameChars);
        for (var i = 0; i < merge.LeftOn.Length; i++)
        {
            var leftKey = FormulaResolver.Find(left.Columns, merge.LeftOn[i], merge.Span);
            var rightKey = FormulaResolver.Find(right.Columns, merge.RightOn[i], merge.Span);
            CheckKeys(leftKey, rightKey, merge.Span);
        }

        return new JoinNode(
            merge.Id, [left.Id, right.Id], Columns(merge, left, right), merge.How, merge.LeftOn, merge.RightOn);
    }

    /// <summary>The columns of the first; the others have the same, in any order.</summary>
    public static UnionNode Append(AppendOperation append, ImmutableArray<PlanNode> inputs)
    {
        var first = inputs[0].Columns;
        var types = first.ToDictionary(column => column.Name, column => column.Type, StringComparer.Ordinal);
        foreach (var input in inputs.DistinctBy(input => input.Id))
        {
            if (input.Columns.Length != first.Length
                || !input.Columns.All(column => types.TryGetValue(column.Name, out var type) && type == column.Type))
            {
                throw Disagreement(first, input.Columns, append.Span);
            }
        }

        return new UnionNode(append.Id, [.. inputs.Select(input => input.Id)], first);
    }

    // Names only grow by suffixes; without a bound they would double the memory with every merge.
    private static void CheckSuffixes(MergeOperation merge, PlanNode left, PlanNode right, int maxNameChars)
    {
        var longest = Math.Max(
            left.Columns.Max(column => column.Name.Length) + merge.LeftSuffix.Length,
            right.Columns.Max(column => column.Name.Length) + merge.RightSuffix.Length);
        if (longest > maxNameChars && (merge.LeftSuffix + merge.RightSuffix).Length > 0)
        {
            throw new CompileException(
                DiagnosticCodes.Limit,
                merge.Span,
                $"The name of a column would have more than {maxNameChars} characters after merge.");
        }
    }

    private static void CheckKeys(ColumnSchema left, ColumnSchema right, SourceSpan span)
    {
        if (left.Type != right.Type)
        {
            throw new CompileException(
                DiagnosticCodes.Type,
                span,
                $"left column '{left.Name}' of type {TypeNames.Of(left.Type)} and right column '{right.Name}' of " +
                $"type {TypeNames.Of(right.Type)} cannot be compared.");
        }
    }

    private static ImmutableArray<ColumnSchema> Columns(MergeOperation merge, PlanNode left, PlanNode right)
    {
        var leftNames = left.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var rightNames = right.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var columns = left.Columns.Select(column => Rename(column, rightNames, merge.LeftSuffix))
            .Concat(right.Columns.Select(column => Rename(column, leftNames, merge.RightSuffix)))
            .ToImmutableArray();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            if (!seen.Add(column.Name))
            {
                throw new CompileException(
                    DiagnosticCodes.Column,
                    merge.Span,
                    $"duplicate column '{column.Name}' after merge. Change the specified suffixes " +
                    $"('{merge.LeftSuffix}','{merge.RightSuffix}') to fix this");
            }
        }

        return columns;
    }

    private static ColumnSchema Rename(ColumnSchema column, HashSet<string> others, string suffix) =>
        others.Contains(column.Name) ? column with { Name = column.Name + suffix } : column;

    private static CompileException Disagreement(
        ImmutableArray<ColumnSchema> first, ImmutableArray<ColumnSchema> other, SourceSpan span) => new(
        DiagnosticCodes.Column,
        span,
        $"Table schema disagreement between parent ops. Parent type has columns {Describe(first)}, " +
        $"the appended one {Describe(other)}.");

    private static string Describe(ImmutableArray<ColumnSchema> columns) =>
        $"[{string.Join(",", columns.Select(column => $"{column.Name}:{TypeNames.Of(column.Type)}"))}]";
}
