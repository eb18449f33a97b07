namespace PixieOrleans.EndToEnd.Tests;

/// <summary>Compares cells with what a peer knows.</summary>
internal static class AssertCells
{
    private const string Mark = "... [TRUNCATED]";

    /// <summary>The same items in the same order; the first difference is shown.</summary>
    /// <param name="expected">What the peer knows.</param>
    /// <param name="actual">What the rows say; of a text that was cut, the mark stands for the rest.</param>
    /// <param name="where">Names the place in the error.</param>
    public static void Equal(IReadOnlyList<string> expected, IReadOnlyList<string> actual, string where)
    {
        var same = expected.Zip(actual).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
        Assert.True(
            same == expected.Count && same == actual.Count,
            $"{where}: {expected.Count} expected, {actual.Count} rows; the first {same} are equal, then\n"
            + $"expected {expected.ElementAtOrDefault(same)}\nactual   {actual.ElementAtOrDefault(same)}");
    }

    /// <summary>True when a cell holds a text, or its beginning and the mark.</summary>
    public static bool IsSame(string expected, string actual) =>
        expected == actual
        || (actual.EndsWith(Mark, StringComparison.Ordinal)
            && expected.Length > actual.Length - Mark.Length
            && expected.StartsWith(actual[..^Mark.Length], StringComparison.Ordinal));
}
