using System.Text;
using System.Text.Json;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Json;

namespace PixieOrleans.Exec.Kernels.Requests.Paths;

/// <summary>Clusters as JSON: [{"c":["a","*"],"m":[["a","b"],["a","c"]]}], c the template and m the members.</summary>
internal static class RequestPathJson
{
    /// <summary>Appends clusters to a cell.</summary>
    public static void Write(IReadOnlyList<RequestPathCluster> clusters, StringArena output)
    {
        output.Append((byte)'[');
        for (var i = 0; i < clusters.Count; i++)
        {
            output.Append(i == 0 ? "{\"c\":"u8 : ",{\"c\":"u8);
            WritePath(clusters[i].Template, output);
            output.Append(",\"m\":["u8);
            for (var member = 0; member < clusters[i].Members.Count; member++)
            {
                output.Append(member == 0 ? default : ","u8);
                WritePath(clusters[i].Members[member], output);
            }

            output.Append("]}"u8);
        }

        output.Append((byte)']');
    }

    /// <summary>Reads clusters.</summary>
    /// <exception cref="FormatException">They are no such JSON.</exception>
    public static List<RequestPathCluster> Read(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var clusters = new List<RequestPathCluster>();
            Require(ref reader, JsonTokenType.StartArray);
            while (Next(ref reader) != JsonTokenType.EndArray)
            {
                clusters.Add(ReadCluster(ref reader));
            }

            return reader.Read() ? throw NotClusters() : clusters;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // bad JSON, bad UTF-8 in it
        {
            throw new FormatException("Not a clustering of request paths.", e);
        }
    }

    private static void WritePath(ReadOnlySpan<byte> path, StringArena output)
    {
        output.Append((byte)'[');
        while (true)
        {
            JsonText.AppendString(RequestPaths.Cut(ref path, out var hasMore), output);
            if (!hasMore)
            {
                break;
            }

            output.Append((byte)',');
        }

        output.Append((byte)']');
    }

    private static RequestPathCluster ReadCluster(ref Utf8JsonReader reader)
    {
        byte[]? template = null;
        var members = new List<byte[]>();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw NotClusters();
        }

        while (Next(ref reader) != JsonTokenType.EndObject)
        {
            var isTemplate = reader.ValueTextEquals("c"u8);
            if (!isTemplate && !reader.ValueTextEquals("m"u8))
            {
                throw NotClusters();
            }

            Require(ref reader, JsonTokenType.StartArray);
            if (isTemplate)
            {
                template = ReadPath(ref reader);
                continue;
            }

            while (Next(ref reader) != JsonTokenType.EndArray)
            {
                members.Add(ReadPath(ref reader));
            }
        }

        var isWhole = template is not null
            && members.TrueForAll(path => RequestPaths.Depth(path) == RequestPaths.Depth(template));
        return isWhole ? new RequestPathCluster(template!, members) : throw NotClusters();
    }

    // The start of the array has been read.
    private static byte[] ReadPath(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw NotClusters();
        }

        var components = new List<string>();
        while (Next(ref reader) != JsonTokenType.EndArray)
        {
            var component = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw NotClusters();
            components.Add(component.Contains('/', StringComparison.Ordinal) ? throw NotClusters() : component);
        }

        return components.Count > 0
            ? Encoding.UTF8.GetBytes(string.Join('/', components))
            : throw NotClusters();
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader) =>
        reader.Read() ? reader.TokenType : throw NotClusters();

    private static void Require(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (Next(ref reader) != type)
        {
            throw NotClusters();
        }
    }

    private static FormatException NotClusters() => new("Not a clustering of request paths.");
}
