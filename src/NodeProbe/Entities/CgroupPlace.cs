using System.Text;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>What a control group stands for.</summary>
internal enum CgroupKind
{
    /// <summary>Nothing in particular.</summary>
    None = 0,

    /// <summary>A unit of systemd.</summary>
    Unit = 1,

    /// <summary>A container.</summary>
    Container = 2,
}

/// <summary>Where a process' control group puts it.</summary>
/// <remarks>
/// Forms of container folders: ID (docker, cgroup driver cgroupfs), docker-ID.scope, libpod-ID.scope,
/// cri-containerd-ID.scope, crio-ID.scope, and unit:cri-containerd:ID; ID has 64 hexadecimal digits.
/// </remarks>
/// <param name="Kind">What the group stands for.</param>
/// <param name="Runtime">Container runtime: docker, podman, containerd or crio.</param>
/// <param name="Name">Id of the container, or name of the unit without ".service".</param>
/// <param name="Path">Path of the group.</param>
internal readonly record struct CgroupPlace(CgroupKind Kind, string Runtime, string Name, string Path)
{
    private const int ContainerIdLength = 64;
    private const string ServiceSuffix = ".service";

    /// <summary>A process of the machine itself.</summary>
    public static CgroupPlace None { get; } = new(CgroupKind.None, "", "", "");

    /// <summary>The most telling line of a file /proc/PID/cgroup ("number:controllers:path" per hierarchy).</summary>
    public static CgroupPlace Parse(ReadOnlySpan<byte> file)
    {
        var best = None;
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range];
            var first = line.IndexOf((byte)':');
            var second = first < 0 ? -1 : line[(first + 1)..].IndexOf((byte)':');
            if (second < 0 || line.EndsWith(":/"u8))
            {
                continue;
            }

            var place = OfPath(Encoding.UTF8.GetString(line[(first + second + 2)..]));
            best = place.Kind > best.Kind ? place : best;
        }

        return best;
    }

    /// <summary>What a path stands for: the deepest folder that is a container or a unit.</summary>
    internal static CgroupPlace OfPath(string path)
    {
        var unit = None;
        var folders = path.Split('/');
        for (var i = folders.Length - 1; i >= 0; i--)
        {
            var folder = folders[i];
            if (ContainerIdOf(folder) is { } id)
            {
                return new CgroupPlace(CgroupKind.Container, RuntimeOf(folder, folders), id, path);
            }

            if (unit.Kind == CgroupKind.None
                && folder.EndsWith(ServiceSuffix, StringComparison.Ordinal) && folder.Length > ServiceSuffix.Length)
            {
                unit = new CgroupPlace(
                    CgroupKind.Unit, "", folder[..^ServiceSuffix.Length], string.Join('/', folders[..(i + 1)]));
            }
        }

        return unit;
    }

    private static string? ContainerIdOf(string folder)
    {
        var name = folder.EndsWith(".scope", StringComparison.Ordinal) ? folder[..^".scope".Length] : folder;
        if (name.Length < ContainerIdLength)
        {
            return null;
        }

        var id = name[^ContainerIdLength..];
        var isWhole = name.Length == ContainerIdLength || name[^(ContainerIdLength + 1)] is '-' or ':';
        return isWhole && id.All(char.IsAsciiHexDigitLower) ? id : null;
    }

    private static string RuntimeOf(string folder, string[] folders)
    {
        if (folder.Contains("libpod-", StringComparison.Ordinal))
        {
            return "podman";
        }

        if (folder.Contains("cri-containerd", StringComparison.Ordinal))
        {
            return "containerd";
        }

        if (folder.StartsWith("crio-", StringComparison.Ordinal))
        {
            return "crio";
        }

        return folder.StartsWith("docker-", StringComparison.Ordinal) || folders.Contains("docker")
            ? "docker"
            : "containerd";
    }
}
