using System.Diagnostics;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Samples of a program whose functions take known shares of its time.</summary>
public sealed class SamplingProbeTests : IDisposable
{
    private const int Samples = 250;
    private const int CopyBytes = 16 << 10;

    // The emulator is so slow that 499 samples a second leave the programs hardly any time.
    private static readonly int FrequencyHz = ProcessSamples.IsEmulated ? 99 : 499;

    // By clang: gcc leaves the pointer out of functions that call none, and their callers are lost by it.
    private const string Framed = "-fno-omit-frame-pointer -mno-omit-leaf-frame-pointer";

    // Each round: 30 ms in one function, 10 ms in the other, by the CPU time of the thread.
    private const string Program = """
        #include <signal.h>
        #include <time.h>
        #define KEPT __attribute__((noinline))
        static volatile unsigned long x;
        static double spent(void)
        {
            struct timespec t;
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
            return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
        }
        KEPT void turn(void) { for (int i = 0; i < 40000; i++) x += i * i; }
        KEPT void heavy(void) { for (double end = spent() + 30; spent() < end; x++) turn(); }
        KEPT void light(void) { for (double end = spent() + 10; spent() < end; x++) turn(); }
        KEPT void both(int signal) { heavy(); light(); x++; }
        KEPT void deep(int n)
        {
            volatile char room[512];
            room[n] = n;
            if (n) deep(n - 1); else both(0);
            x += room[n];
        }
        int main(int count, char **v)
        {
            signal(SIGUSR1, both);
            for (;;) {
                if (count == 1) both(0);
                if (count == 2) raise(SIGUSR1);
                if (count == 3) deep(200);
            }
        }
        """;

    private readonly TempFolder _folder = new();
    private Process? _process;

    [Theory]
    [InlineData(Framed, 0)]
    [InlineData(Framed, CopyBytes)]
    [InlineData("-fomit-frame-pointer", CopyBytes)]
    public async Task Drain_ProgramOfKnownShares_SamplesThem(string flag, int copyBytes)
    {
        using var sampled = Start(copyBytes, ["-O2", .. flag.Split(' ')]);

        await sampled.TakeAsync(Samples);

        Assert.Equal(OnlineCpus.Read(), sampled.Probe.Cpus.Order());
        var texts = sampled.Texts;
        var heavy = texts.Share(SampleTexts.Has(";heavy;turn"));
        var light = texts.Share(SampleTexts.Has(";light;turn"));
        Assert.InRange(heavy + light, 0.9, 1);
        Assert.InRange(heavy / (heavy + light), 0.65, 0.85);
        Assert.InRange(sampled.Probe.Count(ProfileCounter.Samples), sampled.Count, long.MaxValue);
        if (copyBytes > 0)
        {
            AssertFromRoot(texts, "main;both;heavy;turn");
        }
    }

    [Fact]
    public async Task Drain_InASignalHandler_SeesWhatWasInterrupted()
    {
        using var sampled = Start(CopyBytes, ["-O2", "-fomit-frame-pointer"], "signal");

        await sampled.TakeAsync(Samples);

        // main raises the signal; the C library's own functions in between have names of its version.
        var texts = sampled.Texts;
        var whole = texts.Share(text =>
            text.StartsWith("_start;", StringComparison.Ordinal)
            && text.Contains(";main;", StringComparison.Ordinal)
            && text.Contains(";both;heavy;turn", StringComparison.Ordinal));
        Assert.InRange(whole, 0.5, 1);
        Assert.InRange(sampled.Cut, 0, sampled.Count / 50);
    }

    [Fact]
    public async Task Drain_StackDeeperThanTheCopy_IsCutAndCounted()
    {
        using var sampled = Start(CopyBytes, ["-O2", "-fomit-frame-pointer"], "deep", "down"); // some 100 KiB

        await sampled.TakeAsync(Samples);

        var deep = sampled.Texts.Share(text => text.StartsWith("[cut];deep;deep;", StringComparison.Ordinal));
        Assert.InRange(deep, 0.9, 1);
        Assert.InRange(sampled.Cut, sampled.Count * 9 / 10, sampled.Count);
    }

    [Fact]
    public async Task Drain_ProgramThatKeepsFramePointers_IsCopiedNoMore()
    {
        using var sampled = Start(CopyBytes, ["-O1", .. Framed.Split(' '), "-nostdlib", "-static"], bare: true);

        // The first look, which takes long on a slow machine, is at copies only.
        await sampled.TakeAsync(Samples, () => sampled.Count - sampled.Copies > 50);

        Assert.InRange(sampled.Copies, 1, sampled.Count - 50);
        Assert.InRange(sampled.Texts.Share(SampleTexts.Has(";main;work;turn")), 0.9, 1);
    }

    [Fact]
    public void FollowCpus_CpuThatGoes_IsSampledNoMore()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "sampling all processes needs root");
        using var probe = SamplingProbe.Load(frequencyHz: 99);

        probe.FollowCpus(OnlineCpus.Read());
        probe.FollowCpus(new SortedSet<int> { 0 });

        Assert.Equal([0], probe.Cpus);
    }

    public void Dispose()
    {
        _process?.Kill();
        _process?.Dispose();
        _folder.Dispose();
    }

    /// <summary>Nearly all samples know the program's entry, and that these functions called each other.</summary>
    private static void AssertFromRoot(SampleTexts texts, string calls)
    {
        var whole = texts.Share(text => text.StartsWith("_start;", StringComparison.Ordinal)
            && text.Contains(";main;both;", StringComparison.Ordinal));
        Assert.InRange(whole, 0.98, 1);
        Assert.Contains(texts.Texts, text => text.Contains(calls, StringComparison.Ordinal));
    }

    private ProcessSamples Start(int copyBytes, string[] options, params string[] arguments) =>
        Start(copyBytes, options, bare: false, arguments);

    private ProcessSamples Start(int copyBytes, string[] options, bool bare, params string[] arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "sampling all processes needs root");
        const string Bare = """
            static volatile unsigned long x;
            __attribute__((noinline)) void turn(int n) { for (int i = 0; i < n; i++) x += i * i; }
            __attribute__((noinline)) void work(int n) { for (int i = 0; i < n; i++) { turn(n); x += i; } }
            __asm__(".globl _start\n_start: xor %ebp, %ebp\n call main");
            int main(void) { for (;;) { work(1000); x++; } }
            """;
        var (source, program) = (_folder.Write("shares.c", bare ? Bare : Program), _folder.File("shares"));
        using var compiler = Process.Start("clang", [.. options, "-o", program, source]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        _process = Process.Start(program, arguments);
        return new ProcessSamples(_process.Id, FrequencyHz, copyBytes);
    }
}
