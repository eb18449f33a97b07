using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Samples of a program whose functions take known shares of its time.</summary>
public sealed class SamplingProbeTests : IDisposable
{
    private const int Samples = 400;

    // Each round: 30 ms in one function, 10 ms in the other, by the CPU time of the thread.
    private const string Program = """
        #include <time.h>
        static volatile unsigned long x;
        static double spent(void)
        {
            struct timespec t;
            clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
            return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
        }
        static void turn(void) { for (int i = 0; i < 100000; i++) x += i * i; }
        void heavy(void) { for (double end = spent() + 30; spent() < end;) turn(); }
        void light(void) { for (double end = spent() + 10; spent() < end;) turn(); }
        int main(void) { for (;;) { heavy(); light(); } }
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Drain_ProgramOfKnownShares_SamplesThem()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "sampling all processes needs root");
        using var program = StartProgram();
        using var probe = SamplingProbe.Load(frequencyHz: 199);
        var taken = new Taken((uint)program.Id);
        try
        {
            probe.FollowCpus(OnlineCpus.Read());

            await Poll.UntilAsync(
                () => Task.FromResult(probe.Drain(ref taken) >= 0 && taken.Count >= Samples),
                TimeSpan.FromSeconds(60),
                () => $"{taken.Count} samples",
                TestContext.Current.CancellationToken);

            Assert.Equal(OnlineCpus.Read(), probe.Cpus.Order());
            var heavy = taken.Texts().Count(text => text.Contains(";heavy;turn", StringComparison.Ordinal));
            var light = taken.Texts().Count(text => text.Contains(";light;turn", StringComparison.Ordinal));
            Assert.InRange(heavy + light, taken.Count * 9 / 10, taken.Count);
            Assert.InRange((double)heavy / (heavy + light), 0.65, 0.85);
            Assert.Equal(0, probe.Count(ProfileCounter.SamplesLost));
            Assert.InRange(probe.Count(ProfileCounter.Samples), taken.Count, long.MaxValue);
        }
        finally
        {
            program.Kill();
        }
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

    public void Dispose() => _folder.Dispose();

    private Process StartProgram()
    {
        var (source, program) = (Path.Combine(_folder.Path, "shares.c"), Path.Combine(_folder.Path, "shares"));
        File.WriteAllText(source, Program);
        using var compiler = Process.Start("clang", ["-O0", "-fno-omit-frame-pointer", "-o", program, source]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
        return Process.Start(program);
    }

    /// <summary>Stacks of one process, named as they come.</summary>
    private sealed class Taken(uint processId) : IRingRecordConsumer
    {
        private readonly StackCounts _counts = new(64 << 20);
        private readonly StackNames _names = new(64 << 20);

        public int Count { get; private set; }

        public void OnRecord(ReadOnlySpan<byte> record)
        {
            var header = MemoryMarshal.Read<SampleHeader>(record);
            if (header.Tgid == processId)
            {
                var addresses = MemoryMarshal.Cast<byte, ulong>(record[Unsafe.SizeOf<SampleHeader>()..]);
                _counts.Add(new SampledStack(new SampledProcess(header.Tgid, header.StartTicks), addresses,
                    (int)header.UserBytes / sizeof(ulong)));
                Count++;
            }
        }

        /// <summary>A text for each sample.</summary>
        public List<string> Texts() =>
        [
            .. _counts.Unnamed.SelectMany(stack => Enumerable.Repeat(
                Encoding.UTF8.GetString(_names.NameOf(stack, Stopwatch.GetTimestamp())), (int)stack.Samples)),
        ];
    }
}
