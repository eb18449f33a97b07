using System.Text.Json;
using System.Text.Json.Serialization;

namespace PixieOrleans.Plans;

/// <summary>Plans as UTF-8 JSON: what a query sends to the nodes, and what explain shows.</summary>
public static class PlanCodec
{
    private const int MaxDepth = 2048; // levels of JSON; a call within a call takes two

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
        MaxDepth = MaxDepth,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Writes a plan.</summary>
    public static byte[] Encode(Plan plan) => JsonSerializer.SerializeToUtf8Bytes(plan, Options);

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="FormatException">Not a plan.</exception>
    public static Plan Decode(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize<Plan>(utf8Json, Options)
                ?? throw new FormatException("The plan is empty.");
        }
        catch (JsonException e)
        {
            throw new FormatException("The plan cannot be read: " + e.Message, e);
        }
    }
}
