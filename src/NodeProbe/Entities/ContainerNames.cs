using System.Text.Json;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>Names of containers from the files of their runtimes; containerd and crio keep none that is read.</summary>
internal static class ContainerNames
{
    private const string DockerFolder = "/var/lib/docker/containers";
    private const string PodmanFile = "/var/lib/containers/storage/overlay-containers/containers.json";
    private const long MaxFileBytes = 4 << 20; // a longer file is not read, the container goes by its id

    /// <summary>The name, or null.</summary>
    public static string? Find(CgroupPlace place) => place.Runtime switch
    {
        "docker" => DockerName($"{DockerFolder}/{place.Name}/config.v2.json"),
        "podman" => PodmanName(PodmanFile, place.Name),
        _ => null,
    };

    /// <summary>Docker's settings of one container: {"Name":"/web", …}.</summary>
    internal static string? DockerName(string path) => Read(path, static root =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Name", out var name)
            ? name.GetString()?.TrimStart('/')
            : null);

    /// <summary>Podman's list of containers: [{"id":"…","names":["web"]}, …].</summary>
    internal static string? PodmanName(string path, string id) => Read(path, root =>
        root.ValueKind != JsonValueKind.Array ? null : root.EnumerateArray()
            .Where(item => item.TryGetProperty("id", out var found) && found.GetString() == id)
            .Select(item => item.TryGetProperty("names", out var names) ? names[0].GetString() : null)
            .FirstOrDefault());

    private static string? Read(string path, Func<JsonElement, string?> find)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > MaxFileBytes)
            {
                return null;
            }

            using var stream = file.OpenRead();
            using var document = JsonDocument.Parse(stream);
            return find(document.RootElement) is { Length: > 0 } name ? name : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            return null; // the id names the container as well
        }
    }
}
