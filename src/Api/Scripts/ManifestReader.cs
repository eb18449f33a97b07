using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace PixieOrleans.Api.Scripts;

/// <summary>Reads manifest.yaml: the keys short, long and hidden.</summary>
internal static class ManifestReader
{
    /// <summary>Reads the text of a manifest; what cannot be read shows in the description.</summary>
    public static ScriptManifest Read(string name, string yaml)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException e) // the script itself may well run
        {
            return new ScriptManifest(name, $"manifest.yaml cannot be read: {e.Message}", "", false);
        }

        var keys = stream.Documents.Count > 0 ? stream.Documents[0].RootNode as YamlMappingNode : null;
        return new ScriptManifest(
            name,
            Text(keys, "short"),
            Text(keys, "long"),
            bool.TryParse(Text(keys, "hidden"), out var hidden) && hidden);
    }

    private static string Text(YamlMappingNode? keys, string key) =>
        keys is not null && keys.Children.TryGetValue(new YamlScalarNode(key), out var value)
        && value is YamlScalarNode { Value: { } text }
            ? text.Trim()
            : "";
}
