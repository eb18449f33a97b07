using System.Text.Json;

namespace PixieOrleans.Api.Profiles;

/// <summary>A profile as www.speedscope.app reads it.</summary>
/// <remarks>
/// Frames by number; a sampled profile has a list of frames per stack, the root first, and its weight. Source:
/// https://www.speedscope.app/file-format-schema.json.
/// </remarks>
internal static class Speedscope
{
    /// <summary>Writes the file.</summary>
    public static byte[] Write(IReadOnlyList<KeyValuePair<string, long>> counts, ProfileKind kind)
    {
        var frames = new Dictionary<string, int>(StringComparer.Ordinal);
        var stacks = counts.Select(stack => NumbersOf(stack.Key, frames)).ToList();
        var output = new MemoryStream();
        using var json = new Utf8JsonWriter(output);
        json.WriteStartObject();
        json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
        json.WriteString("exporter", "PixieOrleans");
        json.WriteString("name", kind.Title);
        json.WriteStartObject("shared");
        json.WriteStartArray("frames");
        foreach (var frame in frames.Keys) // in the order of their numbers: nothing is ever removed
        {
            json.WriteStartObject();
            json.WriteString("name", frame);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("profiles");
        WriteProfile(json, counts, stacks, kind);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return output.ToArray();
    }

    private static int[] NumbersOf(string stack, Dictionary<string, int> frames) =>
        [.. stack.Split(';').Select(frame => frames.TryAdd(frame, frames.Count) ? frames.Count - 1 : frames[frame])];

    private static void WriteProfile(
        Utf8JsonWriter json,
        IReadOnlyList<KeyValuePair<string, long>> counts,
        List<int[]> stacks,
        ProfileKind kind)
    {
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", kind.Noun);
        json.WriteString("unit", kind.SpeedscopeUnit);
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", counts.Sum(stack => stack.Value));
        json.WriteStartArray("samples");
        foreach (var stack in stacks)
        {
            json.WriteStartArray();
            foreach (var frame in stack)
            {
                json.WriteNumberValue(frame);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (var (_, count) in counts)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
