using System.Globalization;
using System.Text.RegularExpressions;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Samples of a process by Linux' own tool (linux-perf), beside those of the profiler.</summary>
/// <param name="folder">Takes the files.</param>
/// <param name="processId">The process.</param>
/// <param name="callGraph">
/// How perf finds callers: "fp", "dwarf,BYTES". By frame pointers it samples the whole machine, as the profiler does: a
/// timer of the process alone goes on when the process does, and finds the scheduler too often. By copies that would be
/// too much to write.
/// </param>
internal sealed partial class PerfRecording(
    TempFolder folder, int processId, string callGraph = PerfRecording.FramePointers)
{
    private const double MostDifference = 0.03;
    private const string FramePointers = "fp";

    private readonly string _perf = Programs.Require("perf", "linux-perf");
    private readonly string _data = folder.File("perf.data");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Samples with both, at one frequency, until the profiler has so many samples of that time.</summary>
    public async Task TakeAsync(ProcessSamples samples, int count, Func<bool>? condition = null)
    {
        var frequency = ProcessSamples.FrequencyHz.ToString(CultureInfo.InvariantCulture);
        await using var recording = ChildProcess.Start(
            _perf,
            ["record", "-q", "-e", "cpu-clock", "-F", frequency, "--call-graph", callGraph,
                .. callGraph == FramePointers ? (string[])["-a"] : ["-p", $"{processId}"], "-o", _data]);
        await samples.TakeAsync(0, () => File.Exists(_data) || recording.HasExited);
        samples.Forget();
        await samples.TakeAsync(0, () =>
            recording.HasExited || (samples.Count >= count && condition?.Invoke() != false));
        Assert.False(recording.HasExited, recording.Output);
        await recording.SignalAsync("INT", Cancelled); // it writes the rest, then ends
        await recording.WaitForExitAsync(Cancelled);
    }

    /// <summary>What perf has recorded, named now.</summary>
    public async Task<SampleTexts> ReadAsync()
    {
        var output = folder.File("perf.txt");
        await ChildProcess.RunAsync(
            "/bin/sh",
            ["-c", "exec \"$0\" script --no-inline --pid \"$3\" -F ip,sym -i \"$1\" >\"$2\" 2>/dev/null",
                _perf, _data, output, $"{processId}"],
            Cancelled);
        var samples = (await File.ReadAllTextAsync(output, Cancelled))
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(sample => !string.IsNullOrWhiteSpace(sample));
        return new SampleTexts(samples.CountBy(TextOf).Select(text => (text.Key, (long)text.Value)));
    }

    /// <summary>Functions must have the same shares in both, within 3 points.</summary>
    public static void AssertAgree(SampleTexts own, SampleTexts perf, params IEnumerable<string> functions)
    {
        foreach (var function in functions)
        {
            var calls = SampleTexts.Calls(function);
            var (ours, theirs) = (own.Share(calls), perf.Share(calls));
            var told = $"{function}: {ours:P1} of {own.Count} samples, perf has {theirs:P1} of {perf.Count}";
            TestContext.Current.SendDiagnosticMessage(told);
            Assert.True(Math.Abs(ours - theirs) <= MostDifference, $"{told}\n{own}\nperf:\n{perf}");
        }
    }

    // A line per frame, the innermost first: address, name.
    private static string TextOf(string sample) => string.Join(';', sample
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Reverse()
        .Select(line => Address().Replace(line, "")));

    [GeneratedRegex(@"^\s*[0-9a-f]+\s+")]
    private static partial Regex Address();
}
