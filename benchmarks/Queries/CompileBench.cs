using System.Diagnostics;
using System.Runtime.CompilerServices;
using PixieOrleans.Model.Scripts;
using PixieOrleans.NodeProbe;
using PixieOrleans.Pxl;

namespace PixieOrleans.Bench.Queries;

/// <summary>Time to compile the scripts of the library, as a user who opens their page does.</summary>
public static class CompileBench
{
    private const long NowNs = 1_700_000_000_000_000_000;

    /// <summary>The slowest script and the middle one; each script's best of several compilations counts.</summary>
    public static IReadOnlyList<Figure> Measure()
    {
        var times = new List<(TimeSpan Time, string Name, int Nodes)>();
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(Root(), "scripts", "px")))
        {
            var name = Path.GetFileName(folder);
            var vis = Path.Combine(folder, "vis.json");
            if (File.Exists(vis))
            {
                var text = File.ReadAllText(Path.Combine(folder, name + ".pxl"));
                if (Time(text, RequestOf(ScriptSpec.Parse(File.ReadAllBytes(vis)))) is var (time, nodes))
                {
                    times.Add((time, name, nodes));
                }
            }
        }

        times.Sort();
        var (slowest, middle) = (times[^1], times[times.Count / 2]);
        return
        [
            new(Text("slowest", slowest.Name, slowest.Nodes), slowest.Time.TotalMilliseconds, "ms"),
            new(Text("median", middle.Name, middle.Nodes), middle.Time.TotalMilliseconds, "ms"),
        ];
    }

    private static string Text(string which, string name, int nodes) =>
        $"compile the {which} script, px/{name}, {nodes} operators";

    private static CompileRequest RequestOf(ScriptSpec spec)
    {
        var given = spec.Variables.Where(variable => variable.IsRequired)
            .ToDictionary(variable => variable.Name, _ => "shop/cart", StringComparer.Ordinal);
        return new CompileRequest(NodeTables.Schemas, NowNs)
        {
            Functions =
            [
                .. spec.Bind(given).Select(call => new RequestedFunction(
                    call.Function,
                    [.. call.Arguments.Select(argument => new RequestedArgument(argument.Key, argument.Value))],
                    call.Output)),
            ],
        };
    }

    /// <summary>Null for a script that does not compile, as one that traces.</summary>
    private static (TimeSpan Time, int Nodes)? Time(string text, CompileRequest request)
    {
        var (best, nodes) = (TimeSpan.MaxValue, 0);
        for (var i = 0; i < 10; i++)
        {
            var start = Stopwatch.GetTimestamp();
            if (PxlCompiler.Compile(text, request).Plan is not { } plan)
            {
                return null;
            }

            var time = Stopwatch.GetElapsedTime(start);
            (best, nodes) = (time < best ? time : best, plan.Nodes.Length);
        }

        return (best, nodes);
    }

    private static string Root([CallerFilePath] string path = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", ".."));
}
