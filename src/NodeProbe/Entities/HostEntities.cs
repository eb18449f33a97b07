using PixieOrleans.Model;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.NodeProbe.Entities;

/// <summary>
/// Who is who on a plain machine, from its processes. Keeps what it has learnt about processes that have ended, within
/// bounds. Used by one thread.
/// </summary>
internal sealed class HostEntities
{
    private const int ProcessBytes = 800; // of a process without its command line, with its places in dictionaries
    private const int MaxAncestors = 64;
    private const int ScansPerRound = 12; // in a round every process is looked at again
    private const uint InitProcess = 1;

    private readonly HostEntitiesSettings _settings;
    private readonly IProcessReader _reader;
    private readonly EntityState _state = new();
    private readonly HostPods _pods;
    private readonly Dictionary<uint, Known> _running = [];
    private readonly Queue<(Known Process, long EndNs)> _ended = new();
    private readonly HashSet<uint> _listed = [];
    private readonly List<uint> _vanished = [];
    private long _bytes;
    private int _scans;
    private long _changes = 1;

    /// <summary>Knows nobody yet.</summary>
    /// <param name="settings">The machine and the bounds.</param>
    /// <param name="reader">Its processes.</param>
    /// <param name="startOf">Start ticks as ns since 1970.</param>
    public HostEntities(HostEntitiesSettings settings, IProcessReader reader, Func<ulong, long> startOf)
    {
        (_settings, _reader) = (settings, reader);
        _pods = new HostPods(settings, reader, _state, startOf);
    }

    /// <summary>What did not fit the bounds.</summary>
    public EntityLosses Losses { get; private set; }

    /// <summary>Processes that run.</summary>
    public int Running => _running.Count;

    /// <summary>Grows with every change of anything.</summary>
    public long Changes => _changes + _pods.Changes;

    /// <summary>Grows with every change of a pod or service.</summary>
    public long PodChanges => _pods.Changes;

    /// <summary>A picture of now.</summary>
    public EntitySnapshot ToSnapshot() => _state.ToSnapshot();

    /// <summary>Finds processes that are new, that have ended and that run another program now.</summary>
    public void Scan(long nowNs)
    {
        if (_scans % ScansPerRound == 0)
        {
            RefreshHost();
        }

        _listed.Clear();
        _reader.List(_listed);
        _vanished.Clear();
        _vanished.AddRange(_running.Keys.Where(id => !_listed.Contains(id)));
        foreach (var id in _vanished)
        {
            End(_running[id], nowNs);
        }

        foreach (var id in _listed)
        {
            if (!_running.TryGetValue(id, out var known))
            {
                Add(id, nowNs, 0);
            }
            else if (!known.Checked || id % ScansPerRound == _scans % ScansPerRound)
            {
                Check(known, nowNs);
            }
        }

        _scans++;
        Trim(nowNs);
    }

    /// <summary>Finds out who a process is that was seen at work.</summary>
    public void Look(uint processId, ulong startTicks, long nowNs)
    {
        if (!_running.TryGetValue(processId, out var known))
        {
            Add(processId, nowNs, 0);
        }
        else if (known.Facts.Stat.StartTicks != startTicks || !known.Checked)
        {
            Check(known, nowNs);
        }

        Trim(nowNs);
    }

    private void RefreshHost()
    {
        var self = _reader.Read((uint)Environment.ProcessId);
        var init = _reader.Read(InitProcess) ?? self;
        if (init is null)
        {
            return;
        }

        // Some machines hide the first process: then this one's network is taken for the machine's.
        var host = init.NetNamespace.Length > 0 ? init : self ?? init;
        _pods.SetHost(init, host.NetNamespace, _reader.ReadAddresses(host.Stat.ProcessId));
    }

    private Known? Add(uint processId, long nowNs, int depth)
    {
        if (_reader.Read(processId) is not { } facts)
        {
            return null;
        }

        var known = new Known(facts);
        _running[processId] = known;
        if (facts.Stat.IsKernelThread)
        {
            known.Checked = true;
            return known;
        }

        if (_bytes + BytesOf(facts) > _settings.MaxBytes && !ForgetFirst(nowNs))
        {
            Losses = Losses with { Refused = Losses.Refused + 1 };
            return known;
        }

        _bytes += BytesOf(facts);
        Join(known, nowNs, depth);
        return known;
    }

    private void Join(Known known, long nowNs, int depth)
    {
        var facts = known.Facts;
        known.Pod = _pods.Join(facts, RootOf(facts, nowNs, depth), nowNs);
        _state.Set(new Process(UpidOf(facts), facts.CommandLine, known.Pod.ContainerId, known.Pod.Id));
        _changes++;
    }

    // The first ancestor that belongs to the same unit, container or, without one, the same program.
    private ProcessFacts RootOf(ProcessFacts facts, long nowNs, int depth)
    {
        if (depth >= MaxAncestors || facts.Stat.ParentId == 0)
        {
            return facts;
        }

        var parent = _running.GetValueOrDefault(facts.Stat.ParentId) ?? Add(facts.Stat.ParentId, nowNs, depth + 1);
        return parent is null || !BelongTogether(parent.Facts, facts) ? facts : RootOf(parent.Facts, nowNs, depth + 1);
    }

    private static bool BelongTogether(ProcessFacts parent, ProcessFacts child) => child.Place.Kind == CgroupKind.None
        ? parent.Place.Kind == CgroupKind.None && parent.Executable == child.Executable
        : parent.Place.Path == child.Place.Path;

    // Its number may be another process' by now, or it may have executed another program: a young one often has.
    private void Check(Known known, long nowNs)
    {
        var (before, isYoung) = (known.Facts.Stat, !known.Checked);
        known.Checked = true;
        if (_reader.ReadStat(before.ProcessId) is not { } now || now.StartTicks != before.StartTicks)
        {
            End(known, nowNs);
            Add(before.ProcessId, nowNs, 0);
            return;
        }

        if ((!isYoung && now.Name == before.Name) || known.Pod is not { } pod
            || _reader.Read(before.ProcessId) is not { } facts || facts.Stat.StartTicks != before.StartTicks)
        {
            return;
        }

        if (facts == known.Facts)
        {
            _pods.RefreshAddresses(pod, facts);
            return;
        }

        _bytes += BytesOf(facts) - BytesOf(known.Facts);
        known.Facts = facts;
        Join(known, nowNs, 0);
        if (known.Pod != pod)
        {
            _pods.Leave(pod, before.ProcessId, nowNs);
        }

        _pods.Forget(pod); // it was counted twice, or as the other pod's
    }

    private void End(Known known, long nowNs)
    {
        _running.Remove(known.Facts.Stat.ProcessId);
        if (known.Pod is not { } pod)
        {
            return; // a kernel thread, or one that found no room
        }

        _pods.Leave(pod, known.Facts.Stat.ProcessId, nowNs);
        _ended.Enqueue((known, nowNs));
        _changes++;
    }

    private void Trim(long nowNs)
    {
        while (_ended.TryPeek(out var first)
            && (_ended.Count > _settings.MaxEnded || _bytes > _settings.MaxBytes
                || nowNs - first.EndNs > _settings.RetainNs))
        {
            ForgetFirst(nowNs);
        }
    }

    private bool ForgetFirst(long nowNs)
    {
        if (!_ended.TryDequeue(out var first))
        {
            return false;
        }

        if (nowNs - first.EndNs <= _settings.RetainNs)
        {
            Losses = Losses with { Forgotten = Losses.Forgotten + 1 };
        }

        _bytes -= BytesOf(first.Process.Facts);
        _state.RemoveProcess(UpidOf(first.Process.Facts));
        _pods.Forget(first.Process.Pod!);
        _changes++;
        return true;
    }

    private static long BytesOf(ProcessFacts facts) => ProcessBytes + (2L * facts.CommandLine.Length);

    private Upid UpidOf(ProcessFacts facts) =>
        new(_settings.Asid, facts.Stat.ProcessId, facts.Stat.StartTicks);

    private sealed class Known(ProcessFacts facts)
    {
        public ProcessFacts Facts { get; set; } = facts;

        public HostPod? Pod { get; set; }

        public bool Checked { get; set; } // once more after it was found
    }
}
