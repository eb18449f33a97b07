namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>Tables of results, for documents.</summary>
internal static class MatrixTable
{
    /// <summary>A row per program and family of libraries; versions that did not do alike have rows of their own.
    /// </summary>
    public static string Detailed(IReadOnlyList<MatrixResult> results)
    {
        var rows = Tried(results)
            .GroupBy(r => (r.Library, r.Program))
            .Select(g => (g.Key.Library, g.Key.Program, As: $"{Protocols(g, "server")} | {Protocols(g, "client")}"))
            .GroupBy(row => (Family: LibraryNames.FamilyOf(row.Library), row.Program, row.As))
            .Select(g => $"| {LibraryNames.Join(g.Select(r => r.Library))} | {g.Key.Program} | {g.Key.As} |");
        return Table("| library | program | as server | as client |\n|---|---|---|---|", rows);
    }

    /// <summary>A row per family of libraries.</summary>
    public static string Summary(IReadOnlyList<MatrixResult> results)
    {
        var rows = Tried(results)
            .GroupBy(r => LibraryNames.FamilyOf(r.Library))
            .Select(g => $"| {LibraryNames.Join(g.Select(r => r.Library))} "
                + $"| {Names(g.Select(r => r.Program.Split(" (")[0]))} "
                + $"| {Names(g.Select(r => r.Protocol))} |");
        return Table("| library | tried with | protocols |\n|---|---|---|", rows);
    }

    private static IEnumerable<MatrixResult> Tried(IReadOnlyList<MatrixResult> results) =>
        results.Where(r => r.Outcome != "skipped")
            .OrderBy(r => LibraryNames.SortKey(r.Library), StringComparer.Ordinal);

    private static string Protocols(IEnumerable<MatrixResult> results, string role)
    {
        var names = results.Where(r => r.Role == role)
            .Select(r => r.Outcome == "passed" ? r.Protocol : $"not {r.Protocol}")
            .ToList();
        return names.Count == 0 ? "–" : Names(names);
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Distinct());

    private static string Table(string head, IEnumerable<string> rows) => $"{head}\n{string.Join('\n', rows)}\n";
}
