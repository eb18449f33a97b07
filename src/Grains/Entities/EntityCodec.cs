using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Grains.Entities;

/// <summary>Entities as UTF-8 JSON, for the way between nodes. Processes stay where they run.</summary>
internal static class EntityCodec
{
    private const int MaxBytes = 64 << 20; // of one node's entities

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    };

    /// <summary>Writes entities.</summary>
    public static byte[] Encode(EntitySnapshot entities) => JsonSerializer.SerializeToUtf8Bytes(
        new EntityLists
        {
            Pods = [.. entities.Pods],
            Services = [.. entities.Services],
            Containers = [.. entities.Containers],
            Namespaces = [.. entities.Namespaces],
            ReplicaSets = [.. entities.ReplicaSets],
            Deployments = [.. entities.Deployments],
            PodCidrs = entities.PodCidrs,
            ServiceCidr = entities.ServiceCidr,
        },
        Options);

    /// <summary>Reads what <see cref="Encode"/> wrote on another node.</summary>
    /// <exception cref="FormatException">Not entities, or too many.</exception>
    public static EntityLists Decode(ReadOnlySpan<byte> json)
    {
        if (json.Length > MaxBytes)
        {
            throw new FormatException($"A node's entities take {json.Length} bytes, {MaxBytes} are allowed.");
        }

        try
        {
            return JsonSerializer.Deserialize<EntityLists>(json, Options)
                ?? throw new FormatException("The entities are empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException("The entities cannot be read: " + e.Message, e);
        }
    }
}

/// <summary>The entities of one node.</summary>
internal sealed record EntityLists
{
    public ImmutableArray<Pod> Pods { get; init; } = [];

    public ImmutableArray<Service> Services { get; init; } = [];

    public ImmutableArray<Container> Containers { get; init; } = [];

    public ImmutableArray<Namespace> Namespaces { get; init; } = [];

    public ImmutableArray<ReplicaSet> ReplicaSets { get; init; } = [];

    public ImmutableArray<Deployment> Deployments { get; init; } = [];

    public ImmutableArray<string> PodCidrs { get; init; } = [];

    public string ServiceCidr { get; init; } = "";
}
