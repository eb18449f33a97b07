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

    private readonly SourceContext _context;
    private readonly NodeProbeOptions _options;
    private readonly IRowWriter _rows;
    private readonly IRowWriter _waitRows;
    private readonly PeriodStacks _period;
    private readonly RuntimeMethods _runtimes;
    private readonly PythonStacks? _python;
    private readonly StackNames _names;
    private readonly StackUnwinder _unwinder;
    private readonly ulong[] _frames = new ulong[RawSample.MaxFrames];
    private SamplingProbe? _probe;
    private OffCpuStacks? _offCpu;
    private long _periodStartNs;
    private long _nowNs; // of the samples that are being taken
    private long _lost; // in the ring, as read last

    /// <summary>A source that is not started yet.</summary>
    public ProfilerSource(SourceContext context)
    {
        (_context, _options) = (context, context.Options);
        _rows = context.Rows(StackTracesTable.Schema.Name);
        _waitRows = context.Rows(OffCpuStacksTable.Schema.Name);
        _period = new PeriodStacks(_options.MaxStackBytes);
        _unwinder = new StackUnwinder(_options.MaxUnwindBytes, SetFramed);
        _runtimes = new RuntimeMethods(_options.ProfileDotnetNames, _options.ProfileJavaMaps);
        _python = _options.ProfilePython ? new PythonStacks(SetPython) : null;
        _names = new StackNames(_options.MaxSymbolBytes, _runtimes, _python);
    }

    /// <summary>The source in the node's list.</summary>
    public static SourceEntry Entry { get; } = new(
        Name,
        [StackTracesTable.Schema.Name, OffCpuStacksTable.Schema.Name],
        nameof(NodeProbeOptions.ProfilerTickMs),
        static options => options.ProfilerTickMs,
        static context => new ProfilerSource(context));

    /// <inheritdoc/>
    public long Losses =>
        Volatile.Read(ref _lost) + _period.Counts.Refused + (_offCpu?.Losses ?? 0) + (_python?.Refused ?? 0)
        + _runtimes.LeftOut;

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
                + (_probe.IsHardwareTimed ? "the CPU's cycles." : "the CPU's clock: it has no counter of cycles.")
                + StartOffCpu(),
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
        if (!RawSample.TryRead(record, out var sample))
        {
            return; // not from this kernel part
        }

        var stack = _unwinder.Unwind(sample, _nowNs, _frames);
        if (!stack.Addresses.IsEmpty)
        {
            _period.Counts.Add(stack);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _probe?.Dispose();
        _offCpu?.Dispose();
        _runtimes.Dispose();
    }

    private void Take(long nowNs)
    {
        var self = this;
        _nowNs = nowNs;
        _probe!.Drain(ref self);
        _offCpu?.Take(nowNs);
        var renamed = _names.TakeMethods(nowNs).ToList();
        _period.Name(_names, renamed, nowNs);
        _offCpu?.Period.Name(_names, renamed, nowNs);
        Volatile.Write(ref _lost, _probe.Count(ProfileCounter.SamplesLost));
    }

    private bool SetPython(uint processId, PythonPlaces? places) =>
        _probe!.SetPython(processId, places) & (_offCpu?.SetPython(processId, places) ?? true);

    private void Write(long nowNs)
    {
        foreach (var stack in _period.End())
        {
            WriteStack(_rows, nowNs, stack);
            _rows.EndRow();
        }

        foreach (var stack in _offCpu?.Period.End() ?? [])
        {
            WriteStack(_waitRows, nowNs, stack);
            _waitRows.WriteInt64(stack.WaitUs);
            _waitRows.EndRow();
        }

        _periodStartNs = nowNs;
        _names.Forget(nowNs);
        _unwinder.Forget(nowNs);
    }

    private void SetFramed(SampledProcess process, bool isFramed) => _probe!.SetFramed(process, isFramed);

    private void WriteStack(IRowWriter rows, long nowNs, in StackRow stack)
    {
        rows.WriteInt64(nowNs);
        rows.WriteUInt128(new Upid(_context.Asid, stack.Process.Tgid, stack.Process.StartTicks).ToUInt128());
        rows.WriteInt64(stack.Id);
        rows.WriteString(stack.Text);
        rows.WriteInt64(stack.Samples);
    }

    /// <summary>Starts off-CPU profiles if they are wanted; a note about them. Without them, samples go on.</summary>
    private string StartOffCpu()
    {
        if (!_options.ProfileOffCpu)
        {
            return "";
        }

        try
        {
            var minWait = TimeSpan.FromMicroseconds(_options.ProfileOffCpuMinUs);
            _offCpu = new OffCpuStacks(
                OffCpuProbe.Start(minWait, _options.ProfileStackBytes, _options.ProfilerTickMs),
                _unwinder,
                _options.MaxStackBytes);
            return $" Waits of {_options.ProfileOffCpuMinUs} us and more off the CPU.";
        }
        catch (BpfException e)
        {
            return $" No waits off the CPU: {e.Message}";
        }
    }
}
