using System.Text.Json;
using PixieOrleans.NodeProbe.Elf;
using PixieOrleans.NodeProbe.Tls.Families;
using PixieOrleans.NodeProbe.Tls.Stripped;

namespace PixieOrleans.Tls.Tests.Matrix;

/// <summary>What became of a cell.</summary>
/// <param name="Library">Name and version of the TLS library.</param>
/// <param name="Target">Name of the target.</param>
/// <param name="Program">The program in tables.</param>
/// <param name="Role">"server" or "client".</param>
/// <param name="Protocol">Of the load.</param>
/// <param name="Outcome">"passed", "failed" or "skipped".</param>
/// <param name="Reason">Why not; the first line.</param>
internal sealed record MatrixResult(
    string Library, string Target, string Program, string Role, string Protocol, string Outcome, string Reason)
{
    /// <summary>True for results of the same cell.</summary>
    public bool IsOfCell(MatrixResult other) =>
        (Target, Role, Protocol) == (other.Target, other.Role, other.Protocol);
}

/// <summary>Results of a run of the matrix, for the tables in the documents.</summary>
internal static class MatrixResults
{
    private const string FileVariable = "PXO_TLS_RESULTS"; // where a run puts its results, in place of earlier ones
    private const string SkipMark = "$XunitDynamicSkip$";
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Runs a cell and writes down what became of it, when somebody wants to know.</summary>
    public static async Task RecordAsync(MatrixCell cell, Func<Task> run)
    {
        try
        {
            await run();
            Add(cell, "passed", "");
        }
        catch (Exception e)
        {
            var isSkip = e.Message.StartsWith(SkipMark, StringComparison.Ordinal);
            var reason = (isSkip ? e.Message[SkipMark.Length..] : e.Message).Split('\n')[0];
            Add(cell, isSkip ? "skipped" : "failed", reason);
            throw;
        }
    }

    /// <summary>Reads a file of results.</summary>
    public static IReadOnlyList<MatrixResult> Read(string path) =>
        JsonSerializer.Deserialize<List<MatrixResult>>(File.ReadAllText(path), Format)!;

    /// <summary>Puts a result in the place of an earlier one of its cell, else at the end.</summary>
    public static IReadOnlyList<MatrixResult> Merge(IReadOnlyList<MatrixResult> earlier, MatrixResult result) =>
        earlier.Any(result.IsOfCell)
            ? [.. earlier.Select(r => r.IsOfCell(result) ? result : r)]
            : [.. earlier, result];

    private static void Add(MatrixCell cell, string outcome, string reason)
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { Length: > 0 } path)
        {
            return;
        }

        var library = outcome == "skipped" ? "" : LibraryName(cell.Target.Library(CancellationToken.None).Result);
        var target = cell.Target;
        var result = new MatrixResult(
            library, target.Name, target.Program, cell.Role, cell.Load.Name, outcome, reason);
        var all = Merge(File.Exists(path) ? Read(path) : [], result); // written each time: a run may be ended
        File.WriteAllText(path, JsonSerializer.Serialize(all, Format) + "\n");
    }

    /// <summary>As the probes read it from the file; of OpenSSL it stands in its other library.</summary>
    private static string LibraryName(string path)
    {
        foreach (var file in new[] { path, path.Replace("libssl", "libcrypto", StringComparison.Ordinal) })
        {
            if (ElfFile.TryOpen(file, out var elf, out _))
            {
                using (elf)
                {
                    var version = TlsFamilies.Find(elf).Version;
                    version = version.Length > 0 ? version : BoringSsl.Find(elf).Version;
                    if (version.Length > 0)
                    {
                        return version;
                    }
                }
            }
        }

        return Path.GetFileName(path);
    }
}
