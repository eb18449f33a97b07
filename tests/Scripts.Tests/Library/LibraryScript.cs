using System.Runtime.CompilerServices;
using System.Text;
using PixieOrleans.Model.Scripts;

namespace PixieOrleans.Scripts.Tests.Library;

/// <summary>A script of the folder scripts/ at the root of the repository.</summary>
/// <param name="Name">Its name, such as "px/http_data".</param>
/// <param name="Text">PxL text.</param>
/// <param name="Manifest">Text of manifest.yaml.</param>
/// <param name="VisJson">Its vis.json, or null.</param>
internal sealed record LibraryScript(string Name, string Text, string Manifest, string? VisJson)
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), "..", "..", ".."));

    /// <summary>Folder of this test project.</summary>
    public static string TestFolder { get; } = Path.GetFullPath(Path.Combine(SourceFolder(), ".."));

    /// <summary>All scripts by name.</summary>
    public static IReadOnlyList<LibraryScript> All { get; } = ReadAll();

    /// <summary>What vis.json says, or null.</summary>
    public ScriptSpec? Spec => VisJson is null ? null : ScriptSpec.Parse(Encoding.UTF8.GetBytes(VisJson));

    public static LibraryScript Named(string name) => All.Single(script => script.Name == name);

    private static string Folder => Path.Combine(Root, "scripts");

    private static LibraryScript[] ReadAll() =>
    [
        .. from folder in Directory.EnumerateDirectories(Folder, "*", SearchOption.AllDirectories)
           let name = Path.GetRelativePath(Folder, folder)
           let text = Path.Combine(folder, Path.GetFileName(folder) + ".pxl")
           where File.Exists(text)
           orderby name
           let vis = Path.Combine(folder, "vis.json")
           select new LibraryScript(
               name,
               File.ReadAllText(text),
               File.ReadAllText(Path.Combine(folder, "manifest.yaml")),
               File.Exists(vis) ? File.ReadAllText(vis) : null),
    ];

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
