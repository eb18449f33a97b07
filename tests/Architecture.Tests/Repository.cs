namespace PixieOrleans.Architecture.Tests;

/// <summary>Files of the repository that the tests run from.</summary>
internal static class Repository
{
    private static readonly string[] OutputFolders = ["bin", "obj", "artifacts", ".git", "node_modules"];

    /// <summary>Absolute path of the root.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Files below a folder of the repository, by pattern, without build outputs.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        var path = Path.Combine(Root, folder);
        return Directory.Exists(path)
            ? Directory.EnumerateFiles(path, pattern, SearchOption.AllDirectories).Where(file => !IsOutput(file))
            : [];
    }

    /// <summary>Path as people write it: from the root.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path);

    /// <summary>Fails with one line per violation; passes when there is none.</summary>
    public static void AssertNone(IEnumerable<string> violations, string rule)
    {
        var found = violations.Order(StringComparer.Ordinal).ToArray();
        Assert.True(found.Length == 0, $"{rule}\n{string.Join('\n', found)}");
    }

    private static bool IsOutput(string file) =>
        Relative(file).Split('/').Any(part => OutputFolders.Contains(part, StringComparer.Ordinal));

    // The tests may run from a folder of artifacts elsewhere, so the source file's own path tells the root.
    private static string FindRoot([System.Runtime.CompilerServices.CallerFilePath] string path = "")
    {
        var folder = Path.GetDirectoryName(path)!;
        while (!File.Exists(Path.Combine(folder, "PixieOrleans.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new InvalidOperationException($"no PixieOrleans.sln above {path}");
        }

        return folder;
    }
}
