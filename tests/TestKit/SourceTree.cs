using System.Runtime.CompilerServices;

namespace PixieOrleans.TestKit;

/// <summary>Files of the sources that the tests were built from, and of what lies beside them.</summary>
public static class SourceTree
{
    /// <summary>
    /// A file or folder by its path below the repository, or below a folder that holds it; null when there is none.
    /// </summary>
    public static string? Find(string below, [CallerFilePath] string source = "")
    {
        for (var folder = source; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (Path.Exists(Path.Combine(folder, below)))
            {
                return Path.Combine(folder, below);
            }
        }

        return null;
    }
}
