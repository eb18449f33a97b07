using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// Programs of several languages that do the same work in two functions, three times as much in one: their shares, by
/// the work, and beside what perf tells of the same seconds.
/// </summary>
public sealed class RuntimesTests : IDisposable
{
    private const int Samples = 2500; // a round of the programs has some 10: chance is worth less than a point

    private const string Node = """
        let sink = 1;
        function work(n) { let x = sink; for (let i = 0; i < n; i++) x = (x * 31 + i) | 0; sink = x; }
        function heavy() { work(3000000); work(3000000); work(3000000); }
        function light() { work(3000000); }
        function round() { heavy(); light(); setImmediate(round); }
        round();
        """;

    private const string Java = """
        public class Shares {
            static volatile long sink;
            static void work(int n) { long x = sink; for (int i = 0; i < n; i++) x = x * 31 + i; sink = x; }
            static void heavy() { for (int i = 0; i < 3; i++) work(3000000); }
            static void light() { work(3000000); }
            public static void main(String[] a) { while (true) { heavy(); light(); } }
        }
        """;

    private const string Go = """
        package main

        var sink uint64

        func mix(x uint64) uint64 { return x*2862933555777941757 + 3037000493 }

        func twice(x uint64) uint64 { return mix(mix(x)) }

        //go:noinline
        func heavy() {
        	x := sink
        	for i := 0; i < 9000000; i++ {
        		x = twice(x)
        	}
        	sink = x
        }

        //go:noinline
        func light() {
        	x := sink
        	for i := 0; i < 3000000; i++ {
        		x = twice(x)
        	}
        	sink = x
        }

        func main() {
        	for {
        		heavy()
        		light()
        	}
        }
        """;

    private readonly TempFolder _folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Samples_Node_AreAsPerfTells()
    {
        Programs.RequireRoot();
        var node = Programs.Require("node", "nodejs");
        await using var program = ChildProcess.Start(
            node, ["--perf-basic-prof", "--no-turbo-inlining", _folder.Write("shares.js", Node)]);
        try
        {
            await CompareAsync(program, "heavy", "light", deepest: SampleTexts.Has("work "));
        }
        finally
        {
            await program.KillAsync(Cancelled);
            File.Delete($"/tmp/perf-{program.Id}.map");
        }
    }

    [Fact]
    public async Task Samples_Java_AreAsPerfTells()
    {
        Programs.RequireRoot();
        var (java, javac) = (Programs.Require("java", "openjdk-17-jdk-headless"),
            Programs.Require("javac", "openjdk-17-jdk-headless"));
        await ChildProcess.RunAsync(javac, ["-d", _folder.Path, _folder.Write("Shares.java", Java)], Cancelled);
        await using var program = ChildProcess.Start(
            java,
            [
                "-XX:+PreserveFramePointer", "-XX:CompileCommand=quiet", "-XX:CompileCommand=dontinline,Shares::*",
                "-cp", _folder.Path, "Shares",
            ]);
        var map = $"/tmp/perf-{program.Id}.map";
        try
        {
            await CompareAsync(
                program,
                "Shares.heavy",
                "Shares.light",
                deepest: SampleTexts.Has("Shares.work"),
                () =>
                {
                    Assert.False(File.Exists(map)); // that which the samples were named from
                    return ChildProcess.RunAsync(
                        Programs.Require("jcmd", "openjdk-17-jdk-headless"),
                        [$"{program.Id}", "Compiler.perfmap"],
                        Cancelled);
                });
        }
        finally
        {
            File.Delete(map);
        }
    }

    [Fact]
    public async Task Samples_Go_AreAsPerfTells()
    {
        Programs.RequireRoot();
        var go = Programs.Require("go", "golang-go");
        var (source, whole) = (_folder.Write("main.go", Go), _folder.File("shares"));
        await ChildProcess.RunAsync(
            "env", [$"HOME={_folder.Path}", "GO111MODULE=off", go, "build", "-o", whole, source], Cancelled);
        await using var program = ChildProcess.Start(whole, []);

        await CompareAsync(
            program,
            "main.heavy",
            "main.light",
            deepest: SampleTexts.Has("main.heavy;main.twice;main.mix"),
            deepestShare: 0.05); // most of the time is of the loop around it
    }

    [Fact]
    public async Task Samples_Dotnet_AreAsPerfTells()
    {
        // perf does not look for names of memory that is mapped twice, as .NET has it by default.
        await using var program = StartDotnet(
            "DOTNET_PerfMapEnabled=3", $"DOTNET_PerfMapJitDumpPath={_folder.Path}", "DOTNET_EnableWriteXorExecute=0");
        var map = $"/tmp/perf-{program.Id}.map";
        try
        {
            await CompareAsync(
                program,
                "Heavy",
                "Light",
                deepest: SampleTexts.Calls("Turn"),
                () =>
                {
                    Assert.False(File.Exists(map)); // that which the samples were named from
                    File.Copy(Path.Combine(_folder.Path, Path.GetFileName(map)), map);
                    return Task.CompletedTask;
                });
        }
        finally
        {
            File.Delete(map);
        }
    }

    [Fact]
    public async Task Samples_DotnetAsUsual_HaveMethodsCompiledNowAndAhead()
    {
        await using var program = StartDotnet("DOTNET_EnableWriteXorExecute=1");
        using var samples = new ProcessSamples(program.Id);
        var (heavy, light) = (SampleTexts.Calls("Shares.Heavy"), SampleTexts.Calls("Shares.Light"));
        await samples.WarmUpAsync(text => heavy(text) || light(text), share: 0.8);

        await samples.TakeAsync(Samples, () => NamedShare() > 0.9);

        Assert.True(samples.Texts.Share(heavy) / NamedShare() is > 0.70 and < 0.80, $"{samples.Texts}");
        Assert.True(samples.Texts.Share(SampleTexts.Has("ArraySortHelper`1")) > 0.02, $"{samples.Texts}");

        double NamedShare() => samples.Texts.Share(text => heavy(text) || light(text));
    }

    public RuntimesTests() => Assert.SkipWhen(
        ProcessSamples.IsEmulated, "runtimes are too slow in the emulator");

    public void Dispose() => _folder.Dispose();

    private static ChildProcess StartDotnet(params string[] environment)
    {
        const string Project = "PixieOrleans.Servers.Shares";
        Programs.RequireRoot();
        return ChildProcess.Start("env", [.. environment, Programs.RequireBuilt(Project, Project)]);
    }

    /// <summary>Names must hold for nearly all samples, and be shared as the work is, and as perf sees it.</summary>
    private async Task CompareAsync(
        ChildProcess program,
        string heavy,
        string light,
        Func<string, bool> deepest,
        Func<Task>? beforeNaming = null,
        double deepestShare = 0.6)
    {
        var (isHeavy, isLight) = (SampleTexts.Calls(heavy), SampleTexts.Calls(light));
        using var samples = new ProcessSamples(program.Id);
        var recording = new PerfRecording(_folder, program.Id);
        await samples.WarmUpAsync(text => isHeavy(text) || isLight(text), share: 0.8);

        // What is compiled again meanwhile has its names by the next question.
        await recording.TakeAsync(samples, Samples, () => NamedShare() > 0.9);
        await (beforeNaming?.Invoke() ?? Task.CompletedTask);
        var (own, perf) = (samples.Texts, await recording.ReadAsync());

        PerfRecording.AssertAgree(own, perf, heavy, light);
        var told = $"{own.Share(isHeavy):P1} {own.Share(isLight):P1}\n{own}";
        Assert.True(own.Share(isHeavy) / NamedShare() is > 0.70 and < 0.80, told);
        Assert.True(own.Share(deepest) > deepestShare, told);

        double NamedShare() => samples.Texts.Share(text => isHeavy(text) || isLight(text));
    }
}
