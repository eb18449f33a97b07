using PixieOrleans.Bench.Offline;
using PixieOrleans.Bench.Queries;

// Each benchmark is a name and what runs it; prints one line per figure.
var benchmarks = new Dictionary<string, Action<TimeSpan>>
{
    ["http-offline"] = HttpOfflineBench.Print,
    ["table-offline"] = TableOfflineBench.Print,
    ["queries"] = QueryBench.Print,
};

if (args.Length == 0 || !benchmarks.TryGetValue(args[0], out var benchmark))
{
    Console.Error.WriteLine($"usage: bench NAME [SECONDS]; names: {string.Join(", ", benchmarks.Keys)}");
    return 2;
}

benchmark(TimeSpan.FromSeconds(args.Length > 1 ? double.Parse(args[1]) : 5));
return 0;
