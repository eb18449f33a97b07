using PixieOrleans.Cli.Terminals;

namespace PixieOrleans.Cli.Replays;

/// <summary>Scripts by name without a silo: of the folder $PXO_SCRIPTS, then those shipped with the client.</summary>
internal static class LocalScripts
{
    private const string Variable = "PXO_SCRIPTS";

    /// <summary>Folder of a script, or its file when the folder holds several.</summary>
    public static string FolderOf(string name, Terminal terminal)
    {
        var parts = name.Split('/');
        if (parts.Length != 2 || parts.Any(part => part.Length == 0 || part[0] == '.' || part.Contains('\\')))
        {
            throw new UsageException($"'{name}' is not the name of a script; names look like px/http_data");
        }

        string?[] roots = [terminal.Variable(Variable), Path.Combine(AppContext.BaseDirectory, "scripts")];
        foreach (var root in roots)
        {
            if (!string.IsNullOrEmpty(root) && Path.Combine(root, parts[0], parts[1]) is var folder
                && Directory.Exists(folder))
            {
                var named = Path.Combine(folder, parts[1] + ".pxl");
                return File.Exists(named) ? named : folder;
            }
        }

        throw new UsageException($"there is no script '{name}'; see pxo scripts list");
    }
}
