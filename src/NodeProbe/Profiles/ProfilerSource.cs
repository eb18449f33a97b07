using System.Runtime.InteropServices;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Profiles.Interpreters;
using PixieOrleans.NodeProbe.Profiles.Symbols;
using PixieOrleans.NodeProbe.Profiles.Unwinding;
using PixieOrleans.NodeProbe.Sources;

namespace PixieOrleans.NodeProbe.Profiles;

/// <summary>
/// The source "perf_profiler": what the CPUs run, by sampling. Samples are named within a tick, counted, and written
/// as rows of stack_traces.beta once a period.
/// </summary>
internal sealed class ProfilerSource : ISource, IRingRecordConsumer
{
    /// <summary>Name of the source.</summary>
    public const string Name = "perf_profiler";

    private const int OtherFrames = 127 + 128; // of the kernel part and of Python, of a sample

    private readonly SourceContext _context;
    private readonly NodeProbeOptions _options;
    private readonly IRowWriter _rows;
    private readonly StackCounts _counts;
    private readonly RuntimeMethods _runtimes;
    private readonly StackNames _names;
    private readonly StackUnwinder _unwinder;
    private readonly ulong[] _frames = new ulong[StackUnwinder.MaxFrames + 1 + OtherFrames];
    private readonly Dictionary<(SampledProcess Process, long Id), (byte[] Text, long Samples)> _period = [];
    private SamplingProbe? _probe;
    private long _periodStartNs;
    private long _nowNs; // of the samples that are being taken
    private long _lost; // in the ring, as read last

    /// <summary>A source that is not started yet.</summary>
    public ProfilerSource(SourceContext context)
    {
        (_context, _options) = (context, context.Options);
        _rows = context.Rows(StackTracesTable.Schema.Name);
        _counts = new StackCounts(_options.MaxStackBytes);
        _unwinder = new StackUnwinder(_options.MaxUnwindBytes, SetFramed);
        _runtimes = new RuntimeMethods(_options.ProfileDotnetNames, _options.ProfileJavaMaps);
        _names = new StackNames(
            _options.MaxSymbolBytes,
            _runtimes,
            _options.ProfilePython ? new PythonStacks(SetPython) : null);
    }

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        Name,
        [StackTracesTable.Schema.Name],
        nameof(NodeProbeOptions.ProfilerTickMs),
        static options => options.ProfilerTickMs,
        static context => new ProfilerSource(context));

    /// <inheritdoc/>
    public long Losses => Volatile.Read(ref _lost) + _counts.Refused;

    /// <inheritdoc/>
    public SourceStart Start()
    {
        try
        {
            _probe = SamplingProbe.Load(_options.ProfilerHz, _options.ProfileStackBytes);
            _probe.FollowCpus(OnlineCpus.Read());
        }
        catch (Exception e) when (e is BpfException or IOException)
        {
            throw new SourceException(e.Message);
        }

        _periodStartNs = _context.Clock.NowNs;
        return SourceStart.Plain with
        {
            Note = $"{_options.ProfilerHz} Hz on {_probe.Cpus.Count} CPUs, timed by "
                + (_probe.IsHardwareTimed ? "the CPU's cycles." : "the CPU's clock: it has no counter of cycles."),
        };
    }

    /// <inheritdoc/>
    public void Tick(long nowNs)
    {
        _probe!.FollowCpus(OnlineCpus.Read());
        Take(nowNs);
        if (nowNs - _periodStartNs >= _options.ProfilePeriodSeconds * 1_000_000_000L || nowNs < _periodStartNs)
        {
            Write(nowNs);
        }
    }

    /// <inheritdoc/>
    public void Stop(long nowNs)
    {
        if (_probe is not null)
        {
            Take(nowNs);
            Write(nowNs);
        }
    }

    /// <inheritdoc/>
    public void OnRecord(ReadOnlySpan<byte> record)
    {
        var sample = new RawSample(record);
        var user = _unwinder.Unwind(sample, _nowNs, _frames.AsSpan(0, StackUnwinder.MaxFrames + 1));
        var stack = sample.ToStack(_frames, user);
        if (!stack.Addresses.IsEmpty)
        {
            _counts.Add(stack);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _runtimes.Dispose();
    }

    private void Take(long nowNs)
    {
        var self = this;
        _nowNs = nowNs;
        _probe!.Drain(ref self);
        foreach (var process in _names.TakeMethods(nowNs))
        {
            _counts.Unname(process);
        }

        foreach (var stack in _counts.Unnamed)
        {
            _counts.Name(stack, _names.NameOf(stack, nowNs));
        }

        _counts.ClearUnnamed();
        Volatile.Write(ref _lost, _probe.Count(ProfileCounter.SamplesLost));
    }

    // Beyond 1,024 processes of Python their samples have native frames only.
    private void SetPython(uint processId, PythonPlaces? places) => _probe!.SetPython(processId, places);

    private void Write(long nowNs)
    {
        foreach (var stack in _counts.EndPeriod())
        {
            var id = IdOf(stack.Text);
            ref var row = ref CollectionsMarshal.GetValueRefOrAddDefault(_period, (stack.Process, id), out _);
            row = (stack.Text!, row.Samples + stack.Samples);
        }

        foreach (var ((process, id), (text, samples)) in _period)
        {
            _rows.WriteInt64(nowNs);
            _rows.WriteUInt128(new Upid(_context.Asid, process.Tgid, process.StartTicks).ToUInt128());
            _rows.WriteInt64(id);
            _rows.WriteString(text);
            _rows.WriteInt64(samples);
            _rows.EndRow();
        }

        _period.Clear();
        _periodStartNs = nowNs;
        _names.Forget(nowNs);
        _unwinder.Forget(nowNs);
    }

    private void SetFramed(SampledProcess process, bool isFramed) => _probe!.SetFramed(process, isFramed);

    /// <summary>FNV-1a, which makes the same id on every node and after every restart; not negative.</summary>
    private static long IdOf(ReadOnlySpan<byte> text)
    {
        var hash = 14_695_981_039_346_656_037UL;
        foreach (var value in text)
        {
            hash = (hash ^ value) * 1_099_511_628_211UL;
        }

        return (long)(hash >> 1);
    }
}
