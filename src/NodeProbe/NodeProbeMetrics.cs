using System.Diagnostics.Metrics;

namespace PixieOrleans.NodeProbe;

/// <summary>
/// Metrics of the node's probes and tables, read when somebody collects them. Meter "PixieOrleans.NodeProbe".
/// </summary>
public sealed class NodeProbeMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PixieOrleans.NodeProbe";

    private readonly Meter _meter;
    private readonly NodeRuntime _node;

    internal NodeProbeMetrics(IMeterFactory meters, NodeRuntime node)
    {
        (_meter, _node) = (meters.Create(MeterName), node);
        _meter.CreateObservableCounter("pxo.events", () => node.CountAll().EventsSeen, "{event}");
        _meter.CreateObservableCounter("pxo.records", () => node.CountAll().Records, "{record}");
        _meter.CreateObservableCounter("pxo.lost", Lost, null, "Lost events, frames and connections, per cause.");
        _meter.CreateObservableCounter("pxo.gap", () => node.CountAll().GapBytes, "By");
        _meter.CreateObservableCounter("pxo.truncated", () => node.CountAll().TruncatedValues, "{value}");
        _meter.CreateObservableGauge("pxo.connections", () => node.GetStatus().Connections.Tracked, "{connection}");
        _meter.CreateObservableGauge("pxo.sessions.held", () => node.GetStatus().Connections.SessionBytes, "By");
        _meter.CreateObservableGauge("pxo.tls.probes", () => node.GetStatus().TlsProbes, "{probe}");
        _meter.CreateObservableGauge("pxo.tls.entries", TlsEntries, "{entry}", "Entries of the TLS probes, per map.");
        _meter.CreateObservableCounter(
            "pxo.processes.lost", LostProcesses, "{process}", "Processes whose names are not known, per cause.");
        _meter.CreateObservableCounter("pxo.table.rows", () => PerTable(t => t.RowsWritten), "{row}");
        _meter.CreateObservableCounter("pxo.table.rows_evicted", () => PerTable(t => t.RowsEvicted), "{row}");
        _meter.CreateObservableGauge("pxo.table.held", () => PerTable(t => t.Bytes), "By");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Lost()
    {
        var counts = _node.CountAll();
        return
        [
            new(counts.LostInKernel, new KeyValuePair<string, object?>("cause", "kernel")),
            new(counts.LostInRing, new KeyValuePair<string, object?>("cause", "ring")),
            new(counts.LostInParser, new KeyValuePair<string, object?>("cause", "parser")),
            new(counts.LostConnections, new KeyValuePair<string, object?>("cause", "connection")),
            new(counts.Unclassified, new KeyValuePair<string, object?>("cause", "unclassified")),
        ];
    }

    private IEnumerable<Measurement<long>> TlsEntries() => _node.GetStatus().TlsEntries
        .Select(map => new Measurement<long>(map.Value, new KeyValuePair<string, object?>("map", map.Key)));

    private IEnumerable<Measurement<long>> LostProcesses()
    {
        var (forgotten, refused, unseen) = _node.EntityLosses;
        return
        [
            new(forgotten, new KeyValuePair<string, object?>("cause", "forgotten")),
            new(refused, new KeyValuePair<string, object?>("cause", "refused")),
            new(unseen, new KeyValuePair<string, object?>("cause", "unseen")),
        ];
    }

    private IEnumerable<Measurement<long>> PerTable(Func<Tables.Store.TableStatistics, long> value)
    {
        foreach (var table in _node.Store.GetStatistics())
        {
            yield return new(value(table), new KeyValuePair<string, object?>("table", table.Name));
        }
    }
}
