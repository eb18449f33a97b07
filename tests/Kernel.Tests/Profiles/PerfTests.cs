using System.Globalization;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Profiles compared with those that perf (linux-perf) takes of the same process at the same time.</summary>
public sealed class PerfTests : IDisposable
{
    private const int FrequencyHz = 499;
    private const double MostDifference = 0.03;
    private const int Samples = 1000;
    private static readonly string[] Functions = ["heavy", "medium", "light", "turn", "outer"];

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("c", "dwarf,8192", "_start;")]
    [InlineData("c framed", "dwarf,8192", "_start;")]
    [InlineData("c++", "dwarf,8192", "_start;")]
    [InlineData("rust", "dwarf,8192", "_start;")]
    [InlineData("go", "fp", "runtime.goexit")]
    public async Task Texts_ProgramOfKnownShares_AgreeWithPerf(string language, string callGraph, string root)
    {
        Programs.RequireRoot();
        Assert.SkipWhen(Environment.GetEnvironmentVariable("VM_GUEST") == "1", "perf is too slow in the emulator");
        var path = await SharesPrograms.CompileAsync(_folder, language);
        await using var program = ChildProcess.Start(path, []);
        using var sampled = new SampledProgram(program.Id, FrequencyHz, copyBytes: 16 << 10);

        var data = await SampleAsync(program, sampled, callGraph);
        var ours = sampled.Texts(); // while the process is there
        await program.KillAsync(TestContext.Current.CancellationToken);
        var perf = await ReadAsync(data);

        Assert.InRange(perf.Count, Samples / 5, int.MaxValue);
        Assert.Equal(0, sampled.Probe.Count(ProfileCounter.SamplesLost));
        foreach (var function in Functions)
        {
            var (own, theirs) = (ShareOf(ours, function), ShareOf(perf, function));
            Assert.True(
                Math.Abs(own - theirs) <= MostDifference,
                $"{function}: {own:P1} of {ours.Count} samples, perf has {theirs:P1} of {perf.Count}");
        }

        var whole = ours.Count(text => text.StartsWith(root, StringComparison.Ordinal)
            && text.Contains("main", StringComparison.Ordinal));
        Assert.True(
            whole >= ours.Count * 97 / 100,
            $"{whole} of {ours.Count} from the root: {ours.Find(t => !t.StartsWith(root, StringComparison.Ordinal))}");
    }

    public void Dispose() => _folder.Dispose();

    private static double ShareOf(List<string> stacks, string function) =>
        (double)stacks.Count(stack => stack.Contains(function, StringComparison.Ordinal)) / stacks.Count;

    /// <summary>Samples while perf does; perf's file.</summary>
    private async Task<string> SampleAsync(ChildProcess program, SampledProgram sampled, string callGraph)
    {
        var (perf, data) = (Programs.Require("perf", "linux-perf"), _folder.File("perf.data"));
        await using var recording = ChildProcess.Start(
            perf,
            ["record", "-q", "-e", "cpu-clock", "-F", FrequencyHz.ToString(CultureInfo.InvariantCulture),
                "--call-graph", callGraph, "-p", program.Id.ToString(CultureInfo.InvariantCulture), "-o", data]);
        var first = int.MaxValue; // sample of ours when perf is there: both go on until there are enough
        await sampled.TakeAsync(s =>
        {
            first = Math.Min(first, File.Exists(data) ? s.Count : int.MaxValue);
            return s.Count - (long)first >= Samples || recording.HasExited;
        });
        Assert.False(recording.HasExited, recording.Output);
        await recording.SignalAsync("INT", TestContext.Current.CancellationToken); // writes the rest, then ends by it
        await recording.WaitForExitAsync(TestContext.Current.CancellationToken);
        return data;
    }

    /// <summary>Each sample's frames on one line; perf script has an empty line between samples.</summary>
    private async Task<List<string>> ReadAsync(string data)
    {
        var (perf, output) = (Programs.Require("perf", "linux-perf"), _folder.File("stacks"));
        await ChildProcess.RunAsync(
            "/bin/sh",
            ["-c", "\"$0\" script --no-inline -F ip,sym -i \"$1\" >\"$2\" 2>/dev/null", perf, data, output],
            TestContext.Current.CancellationToken);
        var stacks = new List<string>();
        var stack = "";
        foreach (var line in await File.ReadAllLinesAsync(output, TestContext.Current.CancellationToken))
        {
            if (line.Length > 0)
            {
                stack += line.Trim() + ";";
                continue;
            }

            if (stack.Length > 0)
            {
                stacks.Add(stack);
                stack = "";
            }
        }

        return stacks;
    }
}
