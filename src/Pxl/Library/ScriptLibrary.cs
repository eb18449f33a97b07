using System.Collections.Frozen;

namespace PixieOrleans.Pxl.Library;

/// <summary>Modules written in PxL that come with the compiler.</summary>
internal static class ScriptLibrary
{
    private const string Suffix = ".pxl";

    private static readonly FrozenDictionary<string, string> Scripts = typeof(ScriptLibrary).Assembly
        .GetManifestResourceNames()
        .Where(name => name.EndsWith(Suffix, StringComparison.Ordinal))
        .ToFrozenDictionary(name => name[..^Suffix.Length], Read, StringComparer.Ordinal);

    /// <summary>Names of the modules.</summary>
    public static IReadOnlyCollection<string> Names => Scripts.Keys;

    /// <summary>The text of a module, or null.</summary>
    public static string? Find(string name) => Scripts.GetValueOrDefault(name);

    private static string Read(string name)
    {
        using var stream = typeof(ScriptLibrary).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
