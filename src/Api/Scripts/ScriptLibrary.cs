using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Api.Scripts;

/// <summary>
/// Scripts by name: those of the user's own folder, then those shipped with the silo. Read when asked for, so that an
/// edited script is the one that runs.
/// </summary>
internal sealed partial class ScriptLibrary(IOptions<ScriptOptions> options)
{
    private const string ManifestFile = "manifest.yaml";
    private const string SpecFile = "vis.json";

    private readonly string[] _roots =
        options.Value.Folder is { } own ? [Path.GetFullPath(own), Shipped] : [Shipped];

    private static string Shipped => Path.Combine(AppContext.BaseDirectory, "scripts");

    /// <summary>All scripts, by name.</summary>
    public IReadOnlyList<ScriptManifest> List()
    {
        var manifests = new SortedDictionary<string, ScriptManifest>(StringComparer.Ordinal);
        foreach (var root in _roots.Where(Directory.Exists))
        {
            foreach (var folder in Directory.EnumerateDirectories(root).SelectMany(Directory.EnumerateDirectories))
            {
                var name = $"{Path.GetFileName(Path.GetDirectoryName(folder))}/{Path.GetFileName(folder)}";
                if (FindText(folder) is not null && !manifests.ContainsKey(name))
                {
                    manifests.Add(name, ReadManifest(name, folder));
                }
            }
        }

        return [.. manifests.Values];
    }

    /// <summary>A script, or null when there is none of this name.</summary>
    /// <exception cref="ScriptUnreadableException">One of its files is too large or makes no sense.</exception>
    public LibraryScript? Find(string name)
    {
        if (!ScriptName().IsMatch(name))
        {
            return null; // also keeps paths such as ../ out
        }

        foreach (var root in _roots)
        {
            var folder = Path.Combine(root, name);
            if (Directory.Exists(folder) && FindText(folder) is { } text)
            {
                return Read(name, folder, text);
            }
        }

        return null;
    }

    private LibraryScript Read(string name, string folder, string textFile)
    {
        var specFile = Path.Combine(folder, SpecFile);
        var json = File.Exists(specFile) ? ReadFile(specFile) : null;
        try
        {
            return new LibraryScript(
                ReadManifest(name, folder),
                Encoding.UTF8.GetString(ReadFile(textFile)),
                json,
                json is null ? null : ScriptSpec.Parse(json));
        }
        catch (FormatException e)
        {
            throw new ScriptUnreadableException($"{name}: {e.Message}");
        }
    }

    private ScriptManifest ReadManifest(string name, string folder)
    {
        var file = Path.Combine(folder, ManifestFile);
        return File.Exists(file)
            ? ManifestReader.Read(name, Encoding.UTF8.GetString(ReadFile(file)))
            : new ScriptManifest(name, "", "", false);
    }

    private byte[] ReadFile(string path)
    {
        var max = options.Value.MaxFileBytes;
        return new FileInfo(path).Length <= max
            ? File.ReadAllBytes(path)
            : throw new ScriptUnreadableException($"{path} has more than {max} bytes (Scripts:MaxFileBytes).");
    }

    // NAME.pxl, else the only text of the folder.
    private static string? FindText(string folder)
    {
        var named = Path.Combine(folder, Path.GetFileName(folder) + ".pxl");
        if (File.Exists(named))
        {
            return named;
        }

        var texts = Directory.GetFiles(folder, "*.pxl");
        return texts.Length == 1 ? texts[0] : null;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_\-][A-Za-z0-9_\-.]*/[A-Za-z0-9_\-][A-Za-z0-9_\-.]*$")]
    private static partial Regex ScriptName();
}

/// <summary>A script is there but cannot be used; the message says why.</summary>
internal sealed class ScriptUnreadableException(string message) : Exception(message);
