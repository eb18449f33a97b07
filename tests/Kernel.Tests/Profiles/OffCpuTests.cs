using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Waits of a program that sleeps for known times in known functions.</summary>
public sealed class OffCpuTests : IDisposable
{
    private const int Waits = 60;

    private const string Program = """
        #include <time.h>
        #define KEPT __attribute__((noinline))
        static volatile unsigned long x;
        static void wait(long ms) { struct timespec t = { 0, ms * 1000000 }; nanosleep(&t, 0); x++; }
        KEPT void nap(void) { wait(20); x++; }
        KEPT void doze(void) { wait(5); x++; }
        KEPT void blink(void) { struct timespec t = { 0, 100000 }; nanosleep(&t, 0); x++; }
        KEPT void both(void) { nap(); doze(); blink(); x++; }
        int main(void) { for (;;) both(); }
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Take_ProgramThatSleeps_TellsWhereAndHowLong()
    {
        Programs.RequireRoot();
        var (source, path) = (_folder.Write("sleeps.c", Program), _folder.File("sleeps"));
        await ChildProcess.RunAsync(
            Programs.Require("gcc", "gcc"), ["-O2", "-fomit-frame-pointer", "-o", path, source],
            TestContext.Current.CancellationToken);
        await using var program = ChildProcess.Start(path, []);
        using var waits = new OffCpuStacks(
            OffCpuProbe.Start(TimeSpan.FromMilliseconds(2), copyBytes: 16 << 10, drainMs: 1000),
            new StackUnwinder(64 << 20),
            64 << 20);
        var mine = new List<StackCount>();

        await Poll.UntilAsync(
            () =>
            {
                waits.Take(Stopwatch.GetTimestamp());
                mine = [.. waits.Period.Counts.Unnamed.Where(stack => stack.Process.Tgid == program.Id)];
                return Task.FromResult(mine.Sum(stack => stack.Samples) >= Waits);
            },
            TimeSpan.FromSeconds(ProcessSamples.IsEmulated ? 300 : 60),
            () => $"{mine.Sum(stack => stack.Samples)} waits",
            TestContext.Current.CancellationToken);

        var names = new StackNames(64 << 20);
        var texts = mine.ToLookup(
            stack => Encoding.UTF8.GetString(names.NameOf(stack, Stopwatch.GetTimestamp())));
        var (nap, doze) = (Of(texts, ";both;nap;"), Of(texts, ";both;doze;"));
        Assert.InRange(nap.Samples, Waits / 4, int.MaxValue); // each short wait of a slow machine is a long one too
        Assert.InRange(doze.Samples, Waits / 4, int.MaxValue);
        var (napUs, dozeUs) = (nap.WaitUs / nap.Samples, doze.WaitUs / doze.Samples);
        Assert.InRange(napUs, 20_000, long.MaxValue); // a machine under load adds to it
        Assert.InRange(dozeUs, 5_000, napUs);
        var blink = Of(texts, ";both;blink;"); // below the least time, unless it was delayed
        Assert.InRange(blink.WaitUs, blink.Samples * 2_000, long.MaxValue);
        Assert.All(
            texts.Where(text => text.Key.Contains(";both;nap;", StringComparison.Ordinal)),
            text => Assert.Matches("^_start;.*;main;both;nap;.*nanosleep", text.Key));
        var inKernel = texts.Where(text => Regex.IsMatch(text.Key, @";both;nap;.*;\[k\] .*nanosleep"))
            .SelectMany(stacks => stacks).Sum(stack => stack.Samples);
        Assert.InRange(inKernel, nap.Samples / 2, nap.Samples); // others lost their CPU on the way back
    }

    [Fact]
    public async Task Take_PythonThatSleeps_TellsItsFunctions()
    {
        const string Sleeps = """
            import time

            def nap():
                time.sleep(0.01)

            def both():
                nap()
                time.sleep(0.001)

            while True:
                both()
            """;
        Programs.RequireRoot();
        await using var program = ChildProcess.Start(
            Programs.Require("python3", "python3"), [_folder.Write("sleeps.py", Sleeps)]);
        using var waits = new OffCpuStacks(
            OffCpuProbe.Start(TimeSpan.FromMilliseconds(2), copyBytes: 16 << 10, drainMs: 1000),
            new StackUnwinder(64 << 20),
            64 << 20);
        var names = new StackNames(64 << 20, python: new PythonStacks(waits.SetPython));
        var texts = new HashSet<string>();

        await Poll.UntilAsync(
            () =>
            {
                var nowNs = Stopwatch.GetTimestamp();
                waits.Take(nowNs);
                waits.Period.Name(names, [], nowNs);
                texts.UnionWith(waits.Period.End()
                    .Where(row => row.Process.Tgid == program.Id).Select(row => Encoding.UTF8.GetString(row.Text)));
                return Task.FromResult(texts.Any(
                    text => Regex.IsMatch(text, @"both \(sleeps\.py:6\);nap \(sleeps\.py:3\);.*\[k\] .*nanosleep")));
            },
            TimeSpan.FromSeconds(ProcessSamples.IsEmulated ? 300 : 60),
            () => string.Join('\n', texts),
            TestContext.Current.CancellationToken);
    }

    public void Dispose() => _folder.Dispose();

    private static (long Samples, long WaitUs) Of(ILookup<string, StackCount> texts, string part)
    {
        var stacks = texts.Where(text => text.Key.Contains(part, StringComparison.Ordinal)).SelectMany(s => s).ToList();
        return (stacks.Sum(stack => stack.Samples), stacks.Sum(stack => stack.WaitUs));
    }
}
