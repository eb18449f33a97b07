using System.Globalization;
using System.Text.Json;

namespace PixieOrleans.Bench;

/// <summary>Runs benchmarks, prints their figures as a table and writes them, with the machine, as JSON.</summary>
internal static class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Runs the named benchmarks in turn; 1 when one of them could not run. Figures fail nothing.</summary>
    public static async Task<int> RunAsync(
        string file,
        IReadOnlyList<string> names,
        IReadOnlyDictionary<string, Func<Task<IReadOnlyList<Figure>>>> benchmarks)
    {
        var figures = new List<Figure>();
        var failed = 0;
        foreach (var name in names)
        {
            Console.Error.WriteLine($"measuring {name} ...");
            try
            {
                var measured = await benchmarks[name]();
                Print(measured);
                figures.AddRange(measured);
            }
            catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException)
            {
                Console.Error.WriteLine($"{name}: {e.Message}"); // the other benchmarks still count
                failed++;
            }
        }

        var machine = Environment.GetEnvironmentVariable("PXO_BENCH_MACHINE") ?? "{}";
        using var parsed = JsonDocument.Parse(machine);
        await File.WriteAllTextAsync(
            file, JsonSerializer.Serialize(new { machine = parsed.RootElement, figures }, Json));
        return failed == 0 ? 0 : 1;
    }

    private static void Print(IEnumerable<Figure> figures)
    {
        foreach (var figure in figures)
        {
            var value = figure.Value.ToString(
                Math.Abs(figure.Value) >= 1000 ? "N0" : "0.##", CultureInfo.InvariantCulture);
            var goal = figure.Goal.Length > 0 ? $"   goal {figure.Goal}" : "";
            Console.WriteLine($"{figure.Name,-68} {value,14} {figure.Unit,-4}{goal}");
        }
    }
}
