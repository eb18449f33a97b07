using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using PixieOrleans.Silo.Configuration;

namespace PixieOrleans.Api.Tests.Silo;

public sealed class SettingsDocumentTests
{
    [Fact]
    public void Document_ListsEverySettingWithItsDefault()
    {
        var expected =
            from section in Settings.Sections
            let defaults = Activator.CreateInstance(section.Value)
            from property in section.Value.GetProperties()
            select $"`{section.Key}:{property.Name}` | {Default(property, defaults)}";

        var listed =
            from line in File.ReadLines(DocumentPath())
            where line.StartsWith("| `", StringComparison.Ordinal)
            let cells = line.Split('|', StringSplitOptions.TrimEntries)
            select $"{cells[1]} | {cells[2]}";

        Assert.Equal(expected, listed);
    }

    private static string Default(PropertyInfo property, object? defaults) => property.GetValue(defaults) switch
    {
        _ when property.Name == nameof(HostSettings.Node) => "host name",
        IList => property.Name.EndsWith("Exclude", StringComparison.Ordinal) ? "none" : "all",
        null => property.Name.StartsWith("Scope", StringComparison.Ordinal) ? "all" : "none",
        bool value => value ? "true" : "false",
        int port when property.Name.EndsWith("Port", StringComparison.Ordinal) => $"{port}",
        int or long => ((IFormattable)property.GetValue(defaults)!).ToString("N0", CultureInfo.InvariantCulture),
        var value => value.ToString()!,
    };

    private static string DocumentPath([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../../../docs/settings.md"));
}
