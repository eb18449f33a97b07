using System.Runtime.InteropServices;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets.ConnStats;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.NodeProbe.Status;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>
/// What the socket source needs about once a second, apart from events: conn_stats, addresses of connections whose
/// open event was missed, rows about losses and demotions. Used by the node's thread.
/// </summary>
internal sealed class SocketHousekeeping(
    SocketSource source, ConnStatsAggregator connStats, StatusWriter status, BootClock clock, long connStatsIntervalNs)
{
    private const long AnchorNs = 10_000_000_000;
    private const int BarrierWaitMs = 500; // a shard that does not empty its ring in time is overloaded: go on

    private readonly List<ConnectionEvent> _snapshot = [];
    private readonly List<ConnectionTotals> _live = [];
    private readonly HashSet<KernelConnectionId> _missing = [];
    private readonly Dictionary<string, long> _lossesReported = [];
    private List<ConnectionTotals> _closed = [];
    private long _connStatsNs;
    private long _anchorNs;

    /// <summary>Counters as read last.</summary>
    public IReadOnlyList<ProbeCounter> ProbeCounters { get; private set; } = [];

    /// <summary>Does what is due.</summary>
    public void Tick(long nowNs)
    {
        if (IsDue(ref _anchorNs, nowNs, AnchorNs))
        {
            clock.Anchor();
        }

        ReadCounters(nowNs);
        ReportNotices(nowNs);
        FindMissingOpens();
        if (IsDue(ref _connStatsNs, nowNs, connStatsIntervalNs))
        {
            WriteConnStats(nowNs);
        }
        else
        {
            TakeClosed(nowNs);
        }
    }

    /// <summary>Writes a last round of conn_stats; the shards have ended.</summary>
    public void Finish(long nowNs)
    {
        ReadCounters(nowNs);
        ReportNotices(nowNs);
        WriteConnStats(nowNs, barrier: false);
    }

    private static bool IsDue(ref long lastNs, long nowNs, long intervalNs)
    {
        if (nowNs - lastNs < intervalNs && nowNs >= lastNs)
        {
            return false;
        }

        lastNs = nowNs;
        return true;
    }

    private void WriteConnStats(long nowNs, bool barrier = true)
    {
        _snapshot.Clear();
        _live.Clear();
        source.Probe.SnapshotConnections(_snapshot);
        foreach (ref readonly var connection in CollectionsMarshal.AsSpan(_snapshot))
        {
            _live.Add(ConnectionTotals.From(connection));
        }

        if (barrier)
        {
            AwaitPasses();
        }

        Drain();
        connStats.Write(_live, _closed, nowNs);
        _closed.Clear();
    }

    private void TakeClosed(long nowNs)
    {
        Drain();
        connStats.AddClosed(_closed, nowNs);
        _closed.Clear();
    }

    private void Drain()
    {
        foreach (var shard in source.Shards)
        {
            var taken = shard.Closed.Exchange([]);
            if (_closed.Count == 0)
            {
                _closed = taken;
            }
            else
            {
                _closed.AddRange(taken);
            }
        }
    }

    /// <summary>
    /// Waits until every ring was emptied once: close events from before the snapshot are then taken, so that no
    /// connection seems to have vanished.
    /// </summary>
    private void AwaitPasses()
    {
        var passes = source.Shards.Select(s => Volatile.Read(ref s.Counters.Passes)).ToArray();
        SpinWait.SpinUntil(
            () => source.Fault is not null
                || !source.Shards.Where((s, i) => Volatile.Read(ref s.Counters.Passes) < passes[i] + 2).Any(),
            BarrierWaitMs);
    }

    private void FindMissingOpens()
    {
        _missing.Clear();
        foreach (var shard in source.Shards)
        {
            while (shard.MissingOpens.TryDequeue(out var id))
            {
                _missing.Add(id);
            }
        }

        if (_missing.Count == 0)
        {
            return;
        }

        _snapshot.Clear();
        source.Probe.SnapshotConnections(_snapshot);
        foreach (ref readonly var open in CollectionsMarshal.AsSpan(_snapshot))
        {
            if (_missing.Contains(open.Header.Connection))
            {
                source.Shards[source.Probe.ShardOf(open.Header.Connection)].PostOpen(open);
            }
        }
    }

    private void ReadCounters(long nowNs)
    {
        ProbeCounters = source.Probe.ReadCounters();
        foreach (var counter in ProbeCounters)
        {
            if (counter.Kind is not (ProbeCounterKind.LostInRing or ProbeCounterKind.LostInKernel))
            {
                continue;
            }

            var total = counter.PerCpu.Sum();
            var before = _lossesReported.GetValueOrDefault(counter.Name);
            if (total > before)
            {
                _lossesReported[counter.Name] = total;
                status.WriteProbe(
                    nowNs, SocketSource.Name, "", StatusCode.Internal, $"Events lost: {counter.Name}.",
                    new Dictionary<string, object> { ["lost"] = total - before, ["lostSinceStart"] = total });
            }
        }
    }

    private void ReportNotices(long nowNs)
    {
        foreach (var shard in source.Shards)
        {
            var (notices, suppressed) = shard.Notices.Take();
            foreach (var notice in notices)
            {
                Report(notice, suppressed, nowNs);
            }
        }
    }

    private void Report(ShardNotice notice, long suppressed, long nowNs)
    {
        if (notice.IsFault)
        {
            var subject = $"{notice.Protocol}, process {notice.Id.Tgid}, descriptor {notice.Id.Fd}, {notice.Peer}: ";
            status.WriteError(nowNs, SocketSource.Name, StatusCode.Internal, subject + notice.Error, "Session");
            return;
        }

        status.WriteProbe(
            nowNs, SocketSource.Name, "", StatusCode.Internal, notice.Error,
            new Dictionary<string, object>
            {
                ["pid"] = notice.Id.Tgid,
                ["fd"] = notice.Id.Fd,
                ["protocol"] = notice.Protocol.ToString(),
                ["peer"] = notice.Peer,
                ["furtherConnections"] = suppressed,
            });
    }
}
