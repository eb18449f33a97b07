using PixieOrleans.Bench;
using PixieOrleans.Bench.Live;
using PixieOrleans.Bench.Offline;
using PixieOrleans.Bench.Queries;
using PixieOrleans.Model;

// Each benchmark is a name and what measures it. Arguments: the file for the JSON, then names; no names are all.
using var interrupt = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    interrupt.Cancel();
};
var offlineTime = TimeSpan.FromSeconds(5);
var benchmarks = new Dictionary<string, Func<Task<IReadOnlyList<Figure>>>>
{
    ["http-offline"] = () => Task.FromResult(ProtocolOfflineBench.Measure(offlineTime, Protocol.Http)),
    ["protocols-offline"] = () => Task.FromResult(ProtocolOfflineBench.Measure(TimeSpan.FromSeconds(2))),
    ["table-offline"] = () => Task.FromResult(TableOfflineBench.Measure(offlineTime)),
    ["queries"] = () => Task.FromResult(QueryBench.Measure(offlineTime)),
    ["compile"] = () => Task.FromResult(CompileBench.Measure()),
    ["http-paced"] = () => HttpLiveBench.PacedAsync(interrupt.Token),
    ["http-closed"] = () => HttpLiveBench.ClosedLoopAsync(interrupt.Token),
    ["tls-calls"] = () => TlsCallBench.MeasureAsync(interrupt.Token),
    ["tls-closed"] = () => TlsLiveBench.NginxAsync(interrupt.Token),
    ["tls-kestrel"] = () => TlsLiveBench.KestrelAsync(interrupt.Token),
    ["tls-go"] = () => TlsLiveBench.GoAsync(interrupt.Token),
    ["start"] = () => SiloLiveBench.StartAsync(interrupt.Token),
    ["idle"] = () => SiloLiveBench.IdleAsync(interrupt.Token),
    ["query"] = () => SiloLiveBench.QueryAsync(interrupt.Token),
    ["profiler"] = async () =>
    [
        .. await ProfilerLiveBench.MeasureAsync(interrupt.Token),
        .. await OffCpuLiveBench.MeasureAsync(interrupt.Token),
    ],
    ["sources"] = () => SourcesLiveBench.MeasureAsync(interrupt.Token),
    ["memory"] = () => SiloLiveBench.MemoryAsync(interrupt.Token),
};

if (args.Length == 0 || args[1..].FirstOrDefault(name => !benchmarks.ContainsKey(name)) is { } unknown)
{
    Console.Error.WriteLine($"usage: bench FILE.json [NAME...]; names: {string.Join(" ", benchmarks.Keys)}");
    return 2;
}

return await Report.RunAsync(args[0], args.Length > 1 ? args[1..] : [.. benchmarks.Keys], benchmarks);
