using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sockets.ConnStats;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe;

/// <content>What lives from a start to the following stop.</content>
public sealed partial class NodeRuntime
{
    /// <summary>The node's thread: loads the probes, then does the housekeeping once a second.</summary>
    private sealed class Run
    {
        private readonly NodeRuntime _node;
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly object _stopGate = new();
        private bool _stopping; // guarded by _stopGate
        private SourceState _state = SourceState.Stopped;
        private string _error = "";
        private Run? _previous; // until it has ended
        private bool _entityFaultReported;
        private NodeCompleteness _before = new(); // counts of the runs before this one

        public Run(NodeRuntime node, uint asid, Run? previous)
        {
            (_node, Asid, _previous) = (node, asid, previous);
            var self = (uint)Environment.ProcessId;
            Self = new Upid(asid, self, ProcFiles.StartTicks(self) ?? 0);
            Status = new StatusWriter(
                Self,
                node._store.Writer(StatusTables.ProbeStatus.Name, node.HousekeepingShard),
                node._store.Writer(StatusTables.StirlingError.Name, node.HousekeepingShard));
            Entities = new EntityScanner(
                new HostEntitiesSettings
                {
                    Asid = asid,
                    NodeName = node.NodeName,
                    HostName = Environment.MachineName,
                    MaxEnded = node._options.MaxEndedProcesses,
                    MaxBytes = node._options.MaxProcessBytes,
                },
                new ProcReader(),
                new SeenProcesses(),
                node._clock,
                node._options.ProcessScanSeconds);
            new Thread(Loop) { Name = "pxo-node", IsBackground = true }.Start();
        }

        public uint Asid { get; }

        public Upid Self { get; }

        public StatusWriter Status { get; }

        public EntityScanner Entities { get; }

        public Task Started => _started.Task;

        public SocketSource? Source { get; private set; }

        public SocketHousekeeping? Housekeeping { get; private set; }

        public IReadOnlyList<CapabilityReport> Capabilities { get; private set; } = [];

        public bool IsStopping
        {
            get
            {
                lock (_stopGate)
                {
                    return _stopping;
                }
            }
        }

        public Task StopAsync()
        {
            lock (_stopGate)
            {
                _stopping = true;
                Monitor.PulseAll(_stopGate);
            }

            return _stopped.Task;
        }

        public SourceStatus SocketStatus(IReadOnlyList<TableStatistics> tables)
        {
            var own = _node._protocols.Select(p => p.Table.Name).Append(ConnStatsTable.Schema.Name).ToHashSet();
            var fault = Source?.Fault;
            return new SourceStatus(
                SocketSource.Name,
                fault is null ? _state : SourceState.Failed,
                fault?.Message ?? _error,
                _node._options.DrainIntervalMs,
                tables.Where(t => own.Contains(t.Name)).Sum(t => t.RowsWritten),
                Source?.Shards.Sum(s => Volatile.Read(ref s.Counters.CpuNs)) ?? 0);
        }

        public ConnectionStatus Connections()
        {
            var shards = Source?.Shards ?? [];
            return new ConnectionStatus(
                shards.Sum(s => (long)s.ConnectionCount),
                shards.Sum(s => s.Counters.Sessions),
                shards.Sum(s => s.Counters.RetainedBytes),
                shards.Sum(s => s.Counters.EvictedConnections + s.Counters.EvictedSessions),
                shards.Sum(s => s.Counters.IdleConnections),
                shards.Sum(s => s.Counters.Demotions + s.Counters.SessionFaults),
                shards.Sum(s => s.Counters.MissingOpens),
                shards.Sum(s => s.Counters.MissingCloses));
        }

        /// <summary>Counts since the first run.</summary>
        public NodeCompleteness Count() =>
            CountOwn() + (Volatile.Read(ref _previous) is { } previous ? previous.Count() : Volatile.Read(ref _before));

        private NodeCompleteness CountOwn()
        {
            var shards = Source?.Shards ?? [];
            var sessions = shards.SelectMany(s => s.SessionCounters).ToList();
            var probe = Housekeeping?.ProbeCounters ?? [];
            return new NodeCompleteness
            {
                EventsSeen = shards.Sum(s => s.Counters.Events),
                Records = sessions.Sum(c => c.Records),
                LostInKernel = Total(probe, ProbeCounterKind.LostInKernel),
                LostInRing = Total(probe, ProbeCounterKind.LostInRing),
                LostInParser = sessions.Sum(c => c.InvalidFrames + c.ResponsesWithoutRequest),
                DroppedBytes = sessions.Sum(c => c.DroppedBytes),
                GapBytes = sessions.Sum(c => c.GapBytes),
                LostConnections = shards.Sum(s => s.Counters.EvictedConnections + s.Counters.EvictedSessions
                    + s.Counters.Demotions + s.Counters.SessionFaults + s.Counters.UncountedCloses),
                Unclassified = Total(probe, ProbeCounterKind.Unclassified),
                TruncatedValues = sessions.Sum(c => c.TruncatedValues),
            };
        }

        private static long Total(IReadOnlyList<ProbeCounter> counters, ProbeCounterKind kind) =>
            counters.Where(c => c.Kind == kind).Sum(c => c.PerCpu.Sum());

        private void Loop()
        {
            try
            {
                AwaitPrevious();
                StartEntities();
                StartSockets();
                _started.SetResult();
                do
                {
                    Tick(_node._clock.NowNs);
                }
                while (!WaitForStop(TickMs));
            }
            catch (Exception e) // the node goes on without this thread's work, and says so
            {
                (_state, _error) = (SourceState.Failed, e.Message);
                _node.LogThreadEnded(e);
                _started.TrySetResult();
                WaitForStop(Timeout.Infinite);
            }
            finally
            {
                StopSockets();
            }
        }

        /// <summary>Tables have one writer per shard: this run starts when the one before has ended.</summary>
        private void AwaitPrevious()
        {
            if (_previous is not { } previous)
            {
                return;
            }

            ((IAsyncResult)previous._stopped.Task).AsyncWaitHandle.WaitOne();
            Volatile.Write(ref _before, previous.Count());
            Volatile.Write(ref _previous, null);
        }

        private bool WaitForStop(int milliseconds)
        {
            lock (_stopGate)
            {
                if (!_stopping)
                {
                    Monitor.Wait(_stopGate, milliseconds);
                }

                return _stopping;
            }
        }

        private void Tick(long nowNs)
        {
            Housekeeping?.Tick(nowNs);
            ReportEntities(nowNs);
            _node._store.SealOldBatches(_node.HousekeepingShard, nowNs);
            _node._completeness.Add(nowNs, Count());
        }

        private void StartEntities()
        {
            if (_node._options.Enabled)
            {
                Entities.Start();
            }
        }

        private void ReportEntities(long nowNs)
        {
            if (Entities.Fault is { } fault && !_entityFaultReported)
            {
                _entityFaultReported = true;
                Status.WriteError(nowNs, "entities", StatusCode.Internal, fault.ToString(), "Scan");
            }
        }

        private void StartSockets()
        {
            var options = _node._options;
            if (!options.IsSourceEnabled(SocketSource.Name))
            {
                Report(SourceState.Disabled, "", StatusCode.Ok, "Disabled by NodeProbe:Enabled or NodeProbe:Sources.");
                return;
            }

            var loaded = _node._loader.Load(options, options.RolesOf(_node._protocols));
            Capabilities = loaded.Capabilities;
            if (loaded.Probe is not { } probe)
            {
                var error = loaded.Error ?? "The probes did not load.";
                _node.LogNotRunning(SocketSource.Name, error);
                Report(SourceState.Failed, error, StatusCode.Internal, "");
                return;
            }

            Source = new SocketSource(
                probe, options, Asid, _node._protocols, _node._store, Entities.Seen, _node._clock);
            Housekeeping = new SocketHousekeeping(
                Source,
                CreateConnStats(options),
                Status,
                _node._clock,
                options.ConnStatsIntervalSeconds * 1_000_000_000L);
            Source.Start();
            ReportHooks(probe.Hooks);
            Report(SourceState.Running, "", StatusCode.Ok, "");
            _node.LogRunning(
                SocketSource.Name, probe.Hooks.Count(h => h.Attached), probe.Hooks.Count, probe.Shards);
        }

        private ConnStatsAggregator CreateConnStats(NodeProbeOptions options)
        {
            var listening = new ListeningSockets();
            return new ConnStatsAggregator(
                Asid,
                _node._store.Writer(ConnStatsTable.Schema.Name, _node.HousekeepingShard),
                new ConnStatsLimits(options.MaxConnections, options.MaxConnStatsEntries),
                listening.Resolve,
                static (processId, startTicks) => ProcFiles.StartTicks(processId) == startTicks);
        }

        private void ReportHooks(IReadOnlyList<HookReport> hooks)
        {
            foreach (var hook in hooks)
            {
                Status.WriteProbe(
                    _node._clock.NowNs,
                    SocketSource.Name,
                    hook.Syscall,
                    hook.Attached ? StatusCode.Ok : StatusCode.Unimplemented,
                    hook.Error ?? "",
                    new Dictionary<string, object> { ["kind"] = hook.Kind.ToString() });
            }
        }

        private void Report(SourceState state, string error, StatusCode code, string note)
        {
            (_state, _error) = (state, error);
            var info = new Dictionary<string, object> { ["state"] = state.ToString() };
            if (note.Length > 0)
            {
                info["note"] = note;
            }

            foreach (var capability in Capabilities)
            {
                info[capability.Name] = capability.Reason ?? capability.State.ToString();
            }

            var nowNs = _node._clock.NowNs;
            Status.WriteProbe(nowNs, SocketSource.Name, "", code, error, info);
            Status.WriteError(nowNs, SocketSource.Name, code, error, "Init");
        }

        private void StopSockets()
        {
            try
            {
                Entities.Stop();
                Source?.StopThreads();
                Housekeeping?.Finish(_node._clock.NowNs);
                Source?.Dispose();
                _state = SourceState.Stopped;
                _stopped.SetResult();
            }
            catch (Exception e) // whoever stops the node is told
            {
                _stopped.SetException(e);
            }
        }
    }
}
