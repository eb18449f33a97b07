using System.Globalization;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Api.Scripts;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Queries;
using PixieOrleans.NodeProbe;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.Silo.Configuration;

/// <summary>Where settings come from, and which exist.</summary>
internal static class Settings
{
    private const string DefaultFile = "pxo.json";
    private const string EnvironmentPrefix = "PXO_";
    private const string LoggingSection = "Logging";

    /// <summary>Sections and the types that hold their settings.</summary>
    internal static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [HostSettings.Section] = typeof(HostSettings),
        ["Api"] = typeof(ApiOptions),
        ["Scripts"] = typeof(ScriptOptions),
        ["Query"] = typeof(QueryOptions),
        ["Fragments"] = typeof(FragmentOptions),
        [NodeProbeOptions.Section] = typeof(NodeProbeOptions),
        [NodeProbeHosting.HttpSection] = typeof(HttpOptions),
        [NodeProbeHosting.FramingSection] = typeof(FramingOptions),
    };

    /// <summary>Adds file, environment and flags, in this order; the later wins.</summary>
    /// <exception cref="BadConfigurationException">A file cannot be read, or a setting does not exist.</exception>
    public static void AddTo(IConfigurationBuilder configuration, CommandLine commandLine)
    {
        var file = commandLine.ConfigFile ?? DefaultFile;
        try
        {
            configuration.AddJsonFile(Path.GetFullPath(file), optional: commandLine.ConfigFile is null);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new BadConfigurationException(
                $"The settings file {file} cannot be read: {e.GetBaseException().Message}");
        }

        configuration.Add(new EnvironmentVariablesConfigurationSource { Prefix = EnvironmentPrefix });
        configuration.AddInMemoryCollection(commandLine.Settings);
    }

    /// <summary>
    /// Lists that are given as one text, as flags and the environment do ("--NodeProbe:ScopePids=12,34"), by their
    /// elements' keys. The binder ignores such a text, which would trace everything instead of two processes.
    /// </summary>
    /// <exception cref="BadConfigurationException">An element has the wrong type, or a list is given twice.</exception>
    public static IReadOnlyDictionary<string, string?> SplitLists(IConfiguration configuration)
    {
        var elements = new Dictionary<string, string?>();
        foreach (var (section, type) in Sections)
        {
            foreach (var property in type.GetProperties().Where(p => p.PropertyType.IsGenericType))
            {
                if (property.PropertyType.GetGenericTypeDefinition() == typeof(IList<>))
                {
                    SplitList(configuration.GetSection($"{section}:{property.Name}"), property.PropertyType, elements);
                }
            }
        }

        return elements;
    }

    /// <summary>Refuses settings and sections that do not exist, and values that no enumeration has.</summary>
    public static void ThrowIfUnknown(IConfiguration configuration, CommandLine commandLine)
    {
        foreach (var section in configuration.GetChildren().Where(c => c.GetChildren().Any()))
        {
            ThrowIfUnknownSection(section);
        }

        foreach (var key in commandLine.Settings.Keys)
        {
            if (!Sections.Keys.Append(LoggingSection).Any(s => IsIn(s, key)))
            {
                throw new BadConfigurationException(
                    $"There is no section for '{key}'; there are {string.Join(", ", Sections.Keys)}.");
            }
        }

        foreach (var (section, type) in Sections)
        {
            foreach (var child in configuration.GetSection(section).GetChildren())
            {
                ThrowIfUnknown(section, child, type);
            }
        }
    }

    private static void SplitList(IConfigurationSection list, Type type, Dictionary<string, string?> elements)
    {
        if (string.IsNullOrWhiteSpace(list.Value))
        {
            return;
        }

        if (list.GetChildren().Any())
        {
            throw new BadConfigurationException($"{list.Path} is given as a list and as a text; give it once.");
        }

        var parts = list.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < parts.Length; i++)
        {
            if (type == typeof(IList<int>) && !int.TryParse(parts[i], CultureInfo.InvariantCulture, out _))
            {
                throw new BadConfigurationException(
                    $"{list.Path} '{list.Value}': '{parts[i]}' is not a number; numbers are separated by commas.");
            }

            elements[$"{list.Path}:{i}"] = parts[i];
        }
    }

    private static void ThrowIfUnknownSection(IConfigurationSection section)
    {
        string[] known = [.. Sections.Keys, LoggingSection];
        if (known.Contains(section.Path, StringComparer.OrdinalIgnoreCase))
        {
            return;
        }

        if (!known.Any(name => IsIn(section.Path, name)))
        {
            throw new BadConfigurationException(
                $"There is no section '{section.Path}'; there are {string.Join(", ", known)}.");
        }

        foreach (var child in section.GetChildren())
        {
            ThrowIfUnknownSection(child);
        }
    }

    private static bool IsIn(string section, string key) =>
        key.Length > section.Length && key[section.Length] == ':'
        && key.StartsWith(section, StringComparison.OrdinalIgnoreCase);

    private static void ThrowIfUnknown(string section, IConfigurationSection setting, Type type)
    {
        var properties = type.GetProperties();
        var property = Array.Find(
            properties, p => string.Equals(p.Name, setting.Key, StringComparison.OrdinalIgnoreCase));
        if (property is null)
        {
            throw new BadConfigurationException(
                $"There is no setting '{section}:{setting.Key}'; {section} has "
                + $"{string.Join(", ", properties.Select(p => p.Name))}.");
        }

        if (property.PropertyType.IsEnum && setting.Value is { } value
            && !Enum.TryParse(property.PropertyType, value, ignoreCase: true, out _))
        {
            throw new BadConfigurationException(
                $"{section}:{property.Name} '{value}' is none of "
                + $"{string.Join(", ", Enum.GetNames(property.PropertyType))}.");
        }
    }
}
