using System.Runtime.CompilerServices;
using System.Text;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>A script of the folder scripts/ at the root of the repository, or of another one of that layout.</summary>
/// <param name="Name">Its name, such as "px/http_data".</param>
/// <param name="Text">PxL text.</param>
/// <param name="Manifest">Text of manifest.yaml; empty when there is none.</param>
/// <param name="VisJson">Its vis.json, or null.</param>
internal sealed record LibraryScript(string Name, string Text, string Manifest, string? VisJson)
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", ".."));

    /// <summary>Folder of this test project.</summary>
    public static string TestFolder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), ".."));

    /// <summary>All scripts by name.</summary>
    public static IReadOnlyList<LibraryScript> All { get; } = ReadAll(Path.Combine(Root, "scripts"));

    /// <summary>What vis.json says, or null.</summary>
    public ScriptSpec? Spec => VisJson is null ? null : ScriptSpec.Parse(Encoding.UTF8.GetBytes(VisJson));

    public static LibraryScript Named(string name) => All.Single(script => script.Name == name);

    /// <summary>The scripts GROUP/NAME of a folder.</summary>
    public static IReadOnlyList<LibraryScript> ReadAll(string root) =>
    [
        .. from folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(root, folder)
           let text = FindText(folder)
           where text is not null
           orderby name
           select new LibraryScript(
               name,
               File.ReadAllText(text),
               ReadIfThere(Path.Combine(folder, "manifest.yaml")) ?? "",
               ReadIfThere(Path.Combine(folder, "vis.json"))),
    ];

    // NAME.pxl, else the only text of the folder.
    private static string? FindText(string folder)
    {
        var named = Path.Combine(folder, Path.GetFileName(folder) + ".pxl");
        var texts = Directory.GetFiles(folder, "*.pxl");
        return File.Exists(named) ? named : texts.Length == 1 ? texts[0] : null;
    }

    private static string? ReadIfThere(string path) => File.Exists(path) ? File.ReadAllText(path) : null;

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
