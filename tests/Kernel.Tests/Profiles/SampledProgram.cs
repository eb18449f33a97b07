using System.Diagnostics;
using System.Text;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Kernel.Tests.Profiles;

/// <summary>Samples of one process, unwound and named as the profiler does.</summary>
internal sealed class SampledProgram : IRingRecordConsumer, IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly SamplingProbe _probe;
    private readonly uint _processId;
    private readonly StackCounts _counts = new(64 << 20);
    private readonly StackNames _names = new(64 << 20);
    private readonly StackUnwinder _unwinder;
    private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
    private long _nowNs;

    /// <summary>Loads the probe; nothing is sampled yet.</summary>
    public SampledProgram(int processId, int frequencyHz, int copyBytes)
    {
        _processId = (uint)processId;
        _probe = SamplingProbe.Load(frequencyHz, copyBytes);
        _unwinder = new StackUnwinder(64 << 20, _probe.SetFramed);
    }

    /// <summary>The probe.</summary>
    public SamplingProbe Probe => _probe;

    /// <summary>Samples of the process so far.</summary>
    public int Count { get; private set; }

    /// <summary>Of these, samples with a copy of the stack.</summary>
    public int Copies { get; private set; }

    /// <summary>Stacks whose root was not reached.</summary>
    public long Cut => _unwinder.Cut;

    /// <summary>Samples until the condition holds.</summary>
    public async Task TakeAsync(Func<SampledProgram, bool> isEnough)
    {
        _probe.FollowCpus(OnlineCpus.Read());
        await Poll.UntilAsync(
            () => Task.FromResult(Drain() && isEnough(this)),
            Deadline,
            () => $"{Count} samples",
            TestContext.Current.CancellationToken);
    }

    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        if (!RawSample.TryRead(record, out var sample) || sample.Header.Tgid != _processId)
        {
            return;
        }

        _counts.Add(_unwinder.Unwind(sample, _nowNs, _frames));
        Count++;
        Copies += sample.Stack.IsEmpty ? 0 : 1;
    }

    /// <summary>A text for each sample, the user part only.</summary>
    public List<string> Texts() =>
    [
        .. _counts.Unnamed.SelectMany(stack => Enumerable.Repeat(UserPart(stack), (int)stack.Samples)),
    ];

    /// <inheritdoc/>
    public void Dispose() => _probe.Dispose();

    private bool Drain()
    {
        _nowNs = Stopwatch.GetTimestamp();
        var self = this;
        _probe.Drain(ref self);
        return true;
    }

    private string UserPart(StackCount stack)
    {
        var text = Encoding.UTF8.GetString(_names.NameOf(stack, Stopwatch.GetTimestamp()));
        var kernel = text.IndexOf(";[k] ", StringComparison.Ordinal);
        return kernel < 0 ? text : text[..kernel];
    }
}
