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
    private readonly uint _processId;
    private readonly SamplingProbe _probe;
    private readonly RuntimeMethods _runtimes = new(dotnet: true, java: true);
    private readonly StackCounts _counts = new(64 << 20);
    private readonly StackNames _names;
    private readonly StackUnwinder _unwinder;
    private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
    private long _nowNs;
    private readonly HashSet<StackCount> _stacks = [];

    public ProcessSamples(int processId, int frequencyHz = 499)
    {
        _processId = (uint)processId;
        _probe = SamplingProbe.Load(frequencyHz, copyBytes: 16 << 10);
        _unwinder = new StackUnwinder(64 << 20, _probe.SetFramed);
        _names = new StackNames(64 << 20, _runtimes, new PythonStacks((id, places) => _probe.SetPython(id, places)));
        _probe.FollowCpus(OnlineCpus.Read());
    }

    /// <summary>Samples so far.</summary>
    public long Count { get; private set; }

    public SamplingProbe Probe => _probe;

    /// <summary>Waits for samples, then forgets them: what is to be asked from the process has come.</summary>
    /// <param name="isNamed">True for texts as they will be.</param>
    /// <param name="share">Of the samples.</param>
    public async Task WarmUpAsync(Func<string, bool> isNamed, double share = 0.5)
    {
        await TakeAsync(20, () => Shares(isNamed) > share);
        Drain();
        foreach (var _ in _counts.EndPeriod())
        {
        }

        Count = 0;
    }

    /// <summary>Waits until there are so many, and a condition holds.</summary>
    public Task TakeAsync(int samples, Func<bool>? condition = null) => Poll.UntilAsync(
        () =>
        {
            Drain();
            return Task.FromResult(Count >= samples && condition?.Invoke() != false);
        },
        TimeSpan.FromSeconds(90),
        () => $"{samples} samples; there are {Count}:\n{string.Join('\n', Texts().Take(30))}",
        TestContext.Current.CancellationToken);

    /// <summary>Share of the samples whose text fits.</summary>
    public double Shares(Func<string, bool> fits) =>
        (double)Stacks().Where(s => fits(s.Text)).Sum(s => s.Samples) / Math.Max(1, Stacks().Sum(s => s.Samples));

    /// <summary>Stacks with their samples, most frequent first.</summary>
    public IEnumerable<string> Texts() =>
        Stacks().OrderByDescending(s => s.Samples).Select(s => $"{s.Samples} {s.Text}");

    public IEnumerable<(string Text, long Samples)> Stacks() => _stacks
        .Where(stack => stack.Samples > 0)
        .Select(stack => (Encoding.UTF8.GetString(stack.Text ?? []), stack.Samples));

    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (RawSample.TryRead(record, out var sample) && sample.Header.Tgid == _processId)
        {
            _counts.Add(_unwinder.Unwind(sample, _nowNs, _frames));
            Count++;
        }
    }

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
