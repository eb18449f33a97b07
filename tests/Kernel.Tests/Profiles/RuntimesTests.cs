using System.Globalization;
using System.Runtime.CompilerServices;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>
/// Programs of several languages that do the same work in two functions, three times as much in one: their shares, by
/// the work, and beside what perf tells of the same seconds.
/// </summary>
public sealed class RuntimesTests : IDisposable
{
    private const int Samples = 1200;

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

    private static long _sink;
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
            await CompareAsync(program, Has("heavy "), Has("light "), deepest: Has("work "));
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
                Has("Shares.heavy"),
                Has("Shares.light"),
                deepest: Has("Shares.work"),
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
            Has("main.heavy"),
            Has("main.light"),
            deepest: Has("main.heavy;main.twice;main.mix"),
            deepestShare: 0.05); // most of the time is of the loop around it
    }

    [Fact]
    public async Task Samples_Dotnet_HaveMethodsCompiledNowAndAhead()
    {
        Programs.RequireRoot();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var thread = new Thread(() => Work(stop.Token)) { IsBackground = true };
        thread.Start();
        using var samples = new ProcessSamples(Environment.ProcessId);
        var (heavy, light) = (Has($"{nameof(RuntimesTests)}.{nameof(Heavy)}("), Has($".{nameof(Light)}("));
        await samples.WarmUpAsync(heavy, share: 0.3);

        // What is compiled again later has its names by the next question, at most 10 s later.
        var ahead = Has($".{nameof(Ahead)}(");
        Func<string, bool> isSort = text => ahead(text) && text.Contains("ArraySortHelper`1", StringComparison.Ordinal);
        await samples.TakeAsync(2 * Samples, () => samples.Shares(isSort) > 0.4 * samples.Shares(ahead));

        var all = string.Join('\n', samples.Texts().Take(30));
        var share = samples.Shares(heavy) / (samples.Shares(heavy) + samples.Shares(light));
        Assert.True(share is > 0.70 and < 0.80, $"{share}\n{all}");
        Assert.True(samples.Shares(ahead) > 0.02, all);
        await stop.CancelAsync();
        thread.Join();
    }

    public RuntimesTests() => Assert.SkipWhen(
        Environment.GetEnvironmentVariable("VM_GUEST") == "1", "runtimes are too slow in the emulator");

    public void Dispose() => _folder.Dispose();

    /// <summary>Names must hold for nearly all samples, and be shared as the work is, and as perf sees it.</summary>
    private async Task CompareAsync(
        ChildProcess program,
        Func<string, bool> isHeavy,
        Func<string, bool> isLight,
        Func<string, bool> deepest,
        Func<Task>? beforeNaming = null,
        double deepestShare = 0.6)
    {
        using var samples = new ProcessSamples(program.Id);
        await samples.WarmUpAsync(text => isHeavy(text) || isLight(text));

        var recording = PerfShares.RecordAsync(program.Id, _folder, beforeNaming);
        await samples.TakeAsync(Samples, () => recording.IsCompleted);
        var perf = await recording;

        var all = string.Join('\n', samples.Texts().Take(30));
        var (heavy, light) = (samples.Shares(isHeavy), samples.Shares(isLight));
        var (perfHeavy, perfLight) = (perf.Of(isHeavy), perf.Of(isLight));
        var told = string.Create(
            CultureInfo.InvariantCulture,
            $"{heavy:0.000} {light:0.000} ({samples.Count}), perf {perfHeavy:0.000} {perfLight:0.000} of {perf.Count}");
        TestContext.Current.SendDiagnosticMessage(told);
        Assert.True(heavy + light > 0.9, $"{told}\n{all}");
        Assert.True(heavy / (heavy + light) is > 0.70 and < 0.80, $"{told}\n{all}");
        Assert.True(Math.Abs(heavy - perfHeavy) < 0.05, told);
        Assert.True(Math.Abs(light - perfLight) < 0.05, told);
        Assert.True(samples.Shares(deepest) > deepestShare, $"{told}\n{all}");
    }

    private static Func<string, bool> Has(string frame) => text => text.Contains(frame, StringComparison.Ordinal);

    private static void Work(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            Heavy();
            Light();
            Ahead();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Heavy() => _sink = Turn(Turn(Turn(_sink)));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Light() => _sink = Turn(_sink);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Turn(long x)
    {
        for (var i = 0; i < 3_000_000; i++)
        {
            x = (x * 31) + i;
        }

        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Ahead()
    {
        var values = new int[100_000];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 7919) % values.Length;
        }

        Array.Sort(values);
        _sink += values[7];
    }
}
