using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.NodeProbe.Status;

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
        private readonly SourceRun _sockets; // driven by this thread
        private readonly List<SourceThread> _threads = [];
        private readonly List<SourceNotices> _notices = []; // one per thread
        private readonly SourceReporter _reporter;
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
            _reporter = new SourceReporter(Status);
            _sockets = CreateSockets();
            Sources = [_sockets, .. CreateGroups()];
            new Thread(Loop) { Name = "pxo-node", IsBackground = true }.Start();
        }

        public uint Asid { get; }

        public Upid Self { get; }

        public StatusWriter Status { get; }

        public EntityScanner Entities { get; }

        public Task Started => _started.Task;

        /// <summary>The socket tracer first.</summary>
        public IReadOnlyList<SourceRun> Sources { get; }

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

        public SocketTracer? Tracer => _sockets.Source as SocketTracer;

        /// <summary>Counts since the first run.</summary>
        public NodeCompleteness Count() =>
            (Tracer?.Count() ?? new NodeCompleteness())
            + (Volatile.Read(ref _previous) is { } previous ? previous.Count() : Volatile.Read(ref _before));

        private void Loop()
        {
            try
            {
                AwaitPrevious();
                StartEntities();
                StartSources();
                _started.SetResult();
                do
                {
                    Tick(_node._clock.NowNs);
                }
                while (!WaitForStop(TickMs));
            }
            catch (Exception e) // the node goes on without this thread's work, and says so
            {
                _sockets.Fail(e);
                _node.LogThreadEnded(e);
                _started.TrySetResult();
                WaitForStop(Timeout.Infinite);
            }
            finally
            {
                StopAll();
            }
        }

        private SourceRun CreateSockets() => new(
            _node._socketEntry,
            _node._options,
            () => new SocketTracer(
                Asid,
                _node._options,
                _node._loader,
                _node._protocols,
                _node._store,
                _node.HousekeepingShard,
                _node._clock,
                Entities.Seen,
                Status));

        private List<SourceRun> CreateGroups()
        {
            var all = new List<SourceRun>();
            foreach (var (index, group) in _node._groups.Index())
            {
                var writer = _node.HousekeepingShard + 1 + index;
                var context = new SourceContext(
                    Asid, _node.NodeName, _node._options, _node._store, writer, _node._clock, Entities);
                var sources = group.Sources
                    .Select(entry => new SourceRun(entry, _node._options, () => entry.Create(context)))
                    .ToList();
                _threads.Add(new SourceThread(group.Thread, sources, context, _node._store, writer));
                _notices.Add(context.Notices);
                all.AddRange(sources);
            }

            return all;
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
            _sockets.Tick(nowNs);
            ReportFaults(nowNs);
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

        private void ReportFaults(long nowNs)
        {
            foreach (var source in Sources)
            {
                if (_reporter.ReportFault(source, nowNs))
                {
                    _node.LogNotRunning(source.Entry.Name, source.State.Error);
                }
            }

            foreach (var notices in _notices)
            {
                _reporter.ReportNotices(notices, nowNs);
            }

            if (Entities.Fault is { } fault && !_entityFaultReported)
            {
                _entityFaultReported = true;
                Status.WriteError(nowNs, "entities", StatusCode.Internal, fault.ToString(), "Scan");
            }
        }

        private void StartSources()
        {
            foreach (var thread in _threads)
            {
                thread.Start();
            }

            _sockets.Start(_node._clock.NowNs);
            foreach (var thread in _threads)
            {
                thread.AwaitStarts();
            }

            foreach (var source in Sources)
            {
                _reporter.ReportStart(source, _node._clock.NowNs);
                LogStart(source);
            }
        }

        private void LogStart(SourceRun source)
        {
            var (state, error, _) = source.State;
            if (state == SourceState.Running)
            {
                var hooks = source.Found.Hooks;
                _node.LogRunning(source.Entry.Name, hooks.Count(h => h.Attached), hooks.Count);
            }
            else if (state == SourceState.Failed)
            {
                _node.LogNotRunning(source.Entry.Name, error);
            }
        }

        private void StopAll()
        {
            try
            {
                foreach (var thread in _threads)
                {
                    thread.BeginStop(); // all at once: some take seconds on a busy machine
                }

                _sockets.Stop(_node._clock.NowNs);
                foreach (var thread in _threads)
                {
                    thread.AwaitStop();
                }

                Entities.Stop();
                _stopped.SetResult();
            }
            catch (Exception e) // whoever stops the node is told
            {
                _stopped.SetException(e);
            }
        }
    }
}
