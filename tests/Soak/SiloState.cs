using System.Text.Json;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Soak;

/// <summary>What a silo holds at one moment.</summary>
/// <param name="ResidentBytes">Resident memory of the process.</param>
/// <param name="TableBytes">Of these, bytes of rows: they grow up to the budget by design.</param>
/// <param name="Connections">Connections that the silo follows.</param>
internal readonly record struct SiloState(long ResidentBytes, long TableBytes, long Connections)
{
    /// <summary>Memory apart from rows; this is what must stay flat.</summary>
    public long OtherBytes => ResidentBytes - TableBytes;

    /// <summary>Reads the state.</summary>
    public static async Task<SiloState> ReadAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        var status = await silo.Client.GetAsync("/api/v1/status", cancellationToken);
        var node = status.GetProperty("nodes")[0];
        var tableBytes = node.GetProperty("tables").EnumerateArray().Sum(table => Number(table, "bytes"));
        return new SiloState(silo.Process.ResidentBytes, tableBytes, Number(node, "connections"));
    }

    private static long Number(JsonElement element, string property) => element.GetProperty(property).GetInt64();
}
