using System.Diagnostics;
using System.Text;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Samples of one process, named as the profiler names them.</summary>
internal sealed class ProcessSamples : IRingRecordConsumer, IDisposable
{
    private const int CopyBytes = 16 << 10;

    // The names of the kernel alone take half a minute in the emulator.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(IsEmulated ? 300 : 120);

    private readonly uint _processId;
    private readonly SamplingProbe _probe;
    private readonly RuntimeMethods _runtimes = new(dotnet: true, java: true);
    private readonly StackCounts _counts = new(64 << 20);
    private readonly StackNames _names;
    private readonly StackUnwinder _unwinder;
    private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
    private readonly HashSet<StackCount> _stacks = [];
    private long _nowNs;

    /// <summary>Begins to sample.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="frequencyHz">Samples per second and CPU.</param>
    /// <param name="copyBytes">Of its stack that a sample takes.</param>
    public ProcessSamples(int processId, int frequencyHz = FrequencyHz, int copyBytes = CopyBytes)
    {
        _processId = (uint)processId;
        _probe = SamplingProbe.Load(frequencyHz, copyBytes);
        _unwinder = new StackUnwinder(64 << 20, _probe.SetFramed);
        _names = new StackNames(64 << 20, _runtimes, new PythonStacks(_probe.SetPython));
        _probe.FollowCpus(OnlineCpus.Read());
    }

    /// <summary>True in the virtual machine of tests/vm.</summary>
    public static bool IsEmulated => Environment.GetEnvironmentVariable("VM_GUEST") == "1";

    /// <summary>The default: a thread that runs alone gives so many a second.</summary>
    public const int FrequencyHz = 997;

    /// <summary>Samples so far.</summary>
    public long Count { get; private set; }

    /// <summary>Of these, samples with a copy of the stack.</summary>
    public int Copies { get; private set; }

    /// <summary>Stacks whose root was not reached.</summary>
    public long Cut => _unwinder.Cut;

    /// <summary>The probe.</summary>
    public SamplingProbe Probe => _probe;

    /// <summary>The stacks.</summary>
    public SampleTexts Texts => new(_stacks
        .Where(stack => stack.Samples > 0)
        .Select(stack => (Encoding.UTF8.GetString(stack.Text ?? []), stack.Samples)));

    /// <summary>Waits for samples, then forgets them: what is to be asked from the process has come.</summary>
    /// <param name="isNamed">True for texts as they will be.</param>
    /// <param name="share">Of the samples.</param>
    public async Task WarmUpAsync(Func<string, bool> isNamed, double share = 0.5)
    {
        await TakeAsync(20, () => Texts.Share(isNamed) > share);
        Forget();
    }

    /// <summary>Forgets the samples so far.</summary>
    public void Forget()
    {
        Drain();
        foreach (var _ in _counts.EndPeriod())
        {
        }

        (Count, Copies) = (0, 0);
    }

    /// <summary>Waits until there are so many, and a condition holds.</summary>
    public Task TakeAsync(int samples, Func<bool>? condition = null) => Poll.UntilAsync(
        () =>
        {
            Assert.True(Directory.Exists($"/proc/{_processId}"), "the process has ended");
            Drain();
            return Task.FromResult(Count >= samples && condition?.Invoke() != false);
        },
        Deadline,
        () => $"{samples} samples; there are {Count}:\n{Texts}",
        TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (RawSample.TryRead(record, out var sample) && sample.Header.Tgid == _processId)
        {
            _counts.Add(_unwinder.Unwind(sample, _nowNs, _frames));
            Count++;
            Copies += sample.Stack.IsEmpty ? 0 : 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe.Dispose();
        _runtimes.Dispose();
    }

    private void Drain()
    {
        var self = this;
        var nowNs = _nowNs = Stopwatch.GetTimestamp();
        _probe.Drain(ref self);
        foreach (var process in _names.TakeMethods(nowNs))
        {
            _counts.Unname(process);
        }

        foreach (var stack in _counts.Unnamed)
        {
            _counts.Name(stack, _names.NameOf(stack, nowNs));
            _stacks.Add(stack);
        }

        _counts.ClearUnnamed();
    }
}
