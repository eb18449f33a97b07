// Long runs against a real silo and real servers. Prints one figure a line; ends with 1 when a bound is broken.
using PixieOrleans.Soak;
using PixieOrleans.Soak.Fuzzing;

var scenarios = new Dictionary<string, Func<Figures, CancellationToken, Task>>(StringComparer.Ordinal)
{
    ["churn"] = Churn.RunAsync,
    ["badinput"] = BadInput.RunAsync,
    ["faults"] = Faults.RunAsync,
    ["profiler"] = ProfilerChurn.RunAsync,
};

if (args is ["fuzz", _, ..])
{
    return FuzzCommand.Run(args[1..]);
}

if (args.Length != 1 || !scenarios.TryGetValue(args[0], out var scenario))
{
    var names = string.Join(", ", scenarios.Keys);
    Console.Error.WriteLine($"usage: soak NAME; names: {names}, fuzz FOLDER [SECONDS PROTOCOL]");
    return 2;
}

using var interrupted = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true; // servers and silo are stopped on the way out
    interrupted.Cancel();
};
var figures = new Figures(Console.Out);
try
{
    await scenario(figures, interrupted.Token);
}
catch (InvalidOperationException error) when (error.Message.StartsWith('$')) // a missing program or right
{
    Console.Error.WriteLine($"skipped: {error.Message[(error.Message.LastIndexOf('$') + 1)..]}");
    return 125;
}

return figures.Broken == 0 ? 0 : 1;
