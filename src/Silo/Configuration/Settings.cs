using Microsoft.Extensions.Configuration.EnvironmentVariables;
using PixieOrleans.Api.Hosting;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Queries;
using PixieOrleans.NodeProbe;
using PixieOrleans.Protocols.Http;

namespace PixieOrleans.Silo.Configuration;

/// <summary>Where settings come from, and which exist.</summary>
internal static class Settings
{
    private const string DefaultFile = "pxo.json";
    private const string EnvironmentPrefix = "PXO_";
    private const string LoggingSection = "Logging";

    private static readonly Dictionary<string, Type> Sections = new(StringComparer.OrdinalIgnoreCase)
    {
        [HostSettings.Section] = typeof(HostSettings),
        ["Api"] = typeof(ApiOptions),
        ["Query"] = typeof(QueryOptions),
        ["Fragments"] = typeof(FragmentOptions),
        [NodeProbeOptions.Section] = typeof(NodeProbeOptions),
        [NodeProbeHosting.HttpSection] = typeof(HttpOptions),
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

    /// <summary>Refuses settings of known sections that do not exist, and flags of unknown sections.</summary>
    public static void ThrowIfUnknown(IConfiguration configuration, CommandLine commandLine)
    {
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
                ThrowIfUnknown(section, child.Key, type);
            }
        }
    }

    private static bool IsIn(string section, string key) =>
        key.Length > section.Length && key[section.Length] == ':'
        && key.StartsWith(section, StringComparison.OrdinalIgnoreCase);

    private static void ThrowIfUnknown(string section, string key, Type type)
    {
        var names = type.GetProperties().Select(p => p.Name).ToList();
        if (!names.Contains(key, StringComparer.OrdinalIgnoreCase))
        {
            throw new BadConfigurationException(
                $"There is no setting '{section}:{key}'; {section} has {string.Join(", ", names)}.");
        }
    }
}
