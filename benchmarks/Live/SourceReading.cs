using System.Text.Json;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Bench.Live;

/// <summary>What a silo says of a source: CPU time, ms; rows and losses.</summary>
internal sealed record SourceReading(double CpuMs, long Rows, long Losses)
{
    /// <summary>The running sources of a silo by name.</summary>
    public static async Task<Dictionary<string, SourceReading>> ReadAsync(
        SiloProcess silo, CancellationToken cancellationToken)
    {
        var status = await silo.Client.GetAsync("/api/v1/status", cancellationToken);
        return status.GetProperty("nodes")[0].GetProperty("sources").EnumerateArray()
            .Where(source => source.GetProperty("state").GetString() == "running")
            .ToDictionary(source => source.GetProperty("name").GetString()!, Of);
    }

    private static SourceReading Of(JsonElement source) => new(
        source.GetProperty("cpuMs").GetDouble(),
        source.GetProperty("rows").GetInt64(),
        source.GetProperty("losses").GetInt64());
}
