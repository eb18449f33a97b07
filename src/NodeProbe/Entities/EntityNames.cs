using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Names of what runs on a plain machine, and ids that depend on nothing but the names.</summary>
internal static class EntityNames
{
    /// <summary>Namespace of what no service manager started.</summary>
    public const string Host = "host";

    /// <summary>Namespace of units of systemd.</summary>
    public const string Systemd = "systemd";

    private const int ShortIdLength = 12; // as docker shows ids

    /// <summary>Namespace, service and instance of a process.</summary>
    /// <param name="place">Where its control group puts it.</param>
    /// <param name="containerName">Name of its container; null when unknown.</param>
    /// <param name="program">File name of its program.</param>
    /// <param name="root">The first process of the instance.</param>
    public static (string Namespace, string Service, string Pod) Of(
        CgroupPlace place, string? containerName, string program, uint root)
    {
        switch (place.Kind)
        {
            case CgroupKind.Container:
                var id = place.Name[..ShortIdLength];
                var instance = containerName is null ? place.Name[ShortIdLength..(2 * ShortIdLength)] : id;
                var container = Clean(containerName ?? id);
                return (place.Runtime, container, $"{container}-{instance}");
            case CgroupKind.Unit:
                var at = place.Name.IndexOf('@', StringComparison.Ordinal);
                var unit = Clean(at > 0 ? place.Name[..at] : place.Name);
                var suffix = at > 0 && at + 1 < place.Name.Length ? Clean(place.Name[(at + 1)..]) : Text(root);
                return (Systemd, unit, $"{unit}-{suffix}");
            default:
                return (Host, Clean(program), $"{Clean(program)}-{Text(root)}");
        }
    }

    /// <summary>An id in the form of a UUID; the same for the same parts.</summary>
    public static string IdOf(params ReadOnlySpan<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return new Guid(hash.AsSpan(0, 16), bigEndian: true).ToString("D");
    }

    // A slash ends the namespace of a name.
    private static string Clean(string name) => name.Replace('/', '_');

    private static string Text(uint number) => number.ToString(CultureInfo.InvariantCulture);
}
