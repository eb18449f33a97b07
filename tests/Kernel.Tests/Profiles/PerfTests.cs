using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Profiles compared with those that perf (linux-perf) takes of the same process at the same time.</summary>
public sealed class PerfTests : IDisposable
{
    private const int Samples = 2000; // a round of the programs has 100: chance is worth a point at most
    private static readonly string[] Functions = ["heavy", "medium", "light", "turn", "outer"];

    private readonly TempFolder _folder = new();

    [Theory]
    [InlineData("c", "dwarf,8192", "_start;")]
    [InlineData("c framed", "dwarf,8192", "_start;")]
    [InlineData("c stripped", "dwarf,8192", "_start;")]
    [InlineData("c++", "dwarf,8192", "_start;")]
    [InlineData("rust", "dwarf,8192", "_start;")]
    [InlineData("go", "fp", "runtime.goexit")]
    public async Task Texts_ProgramOfKnownShares_AgreeWithPerf(string language, string callGraph, string root)
    {
        Programs.RequireRoot();
        Assert.SkipWhen(ProcessSamples.IsEmulated, "perf is too slow in the emulator");
        var path = await SharesPrograms.CompileAsync(_folder, language);
        await using var program = ChildProcess.Start(path, []);
        using var samples = new ProcessSamples(program.Id);
        var recording = new PerfRecording(_folder, program.Id, callGraph);
        await samples.WarmUpAsync(SampleTexts.Calls("outer"));

        await recording.TakeAsync(samples, Samples);
        await program.KillAsync(TestContext.Current.CancellationToken);
        var (own, perf) = (samples.Texts, await recording.ReadAsync());

        Assert.InRange(perf.Count, Samples / 5, int.MaxValue);
        PerfRecording.AssertAgree(own, perf, Functions);
        foreach (var (name, better) in Functions.SelectMany(f => Names(perf, f).Zip(Names(own, f))))
        {
            Assert.StartsWith(name, better); // of C++, perf leaves out the arguments
        }

        var whole = own.Share(text => text.StartsWith(root, StringComparison.Ordinal)
            && text.Contains("main", StringComparison.Ordinal));
        Assert.True(whole >= 0.97, $"{whole:P1} from the root\n{own}");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The names of a function, as they are in the stacks; there is one at least.</summary>
    private static string[] Names(SampleTexts texts, string function)
    {
        string[] names =
            [.. texts.Texts.SelectMany(text => text.Split(';')).Where(SampleTexts.Calls(function)).Distinct().Order()];
        Assert.NotEmpty(names);
        return names;
    }
}
