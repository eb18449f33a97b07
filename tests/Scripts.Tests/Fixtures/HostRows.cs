using System.Text.Json;
using PixieOrleans.Scripts.Tests.Library;
using PixieOrleans.TestKit;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>
/// Rows about processes, connections, interfaces, stacks and the agent, recorded of a real silo by record-host.py; each
/// is of the process of a pod.
/// </summary>
internal static class HostRows
{
    private const string Folder = "tests/Scripts.Tests/Fixtures/recorded";
    private const long LastNs = Compilation.NowNs - (2L * 1_000_000_000);

    public static void Write(Func<FixturePod, FixtureNode> nodeOf)
    {
        foreach (var file in Directory.EnumerateFiles(SourceTree.Find(Folder)!, "*.ndjson").Order())
        {
            var table = Path.GetFileNameWithoutExtension(file);
            foreach (var line in File.ReadLines(file))
            {
                using var row = JsonDocument.Parse(line);
                var pod = FixturePod.All.Single(pod => pod.Name == row.RootElement.GetProperty("pod").GetString());
                nodeOf(pod).Rows(table).Add([Owner(table, pod), .. Cells(row.RootElement)]);
            }
        }
    }

    private static (string Column, object Value) Owner(string table, FixturePod pod) =>
        table == "network_stats" ? ("pod_id", pod.Id) : ("upid", pod.Upid.ToUInt128());

    private static IEnumerable<(string Column, object Value)> Cells(JsonElement row) =>
        row.EnumerateObject().Where(cell => cell.Name != "pod").Select(cell => (cell.Name, cell.Name == "time_"
            ? LastNs + cell.Value.GetInt64()
            : ValueOf(cell.Value)));

    private static object ValueOf(JsonElement cell) => cell.ValueKind switch
    {
        JsonValueKind.String => cell.GetString()!,
        JsonValueKind.Number => cell.GetInt64(),
        _ => cell.GetBoolean(),
    };
}
