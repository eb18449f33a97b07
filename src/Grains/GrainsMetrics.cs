using System.Diagnostics.Metrics;

namespace PixieOrleans.Grains;

/// <summary>Counters of queries and fragments; meter "PixieOrleans.Grains".</summary>
internal sealed class GrainsMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "PixieOrleans.Grains";

    private readonly Meter _meter;
    private readonly Counter<long> _fragments;
    private readonly Counter<long> _rowsScanned;
    private readonly Counter<long> _streamRowsLost;
    private readonly Counter<long> _queries;
    private readonly Histogram<double> _queryDuration;

    public GrainsMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(MeterName);
        _fragments = _meter.CreateCounter<long>("pxo.fragments", "{fragment}", "Fragments run here, by outcome.");
        _rowsScanned = _meter.CreateCounter<long>("pxo.rows.scanned", "{row}", "Rows read by fragments run here.");
        _streamRowsLost = _meter.CreateCounter<long>(
            "pxo.stream.rows.lost", "{row}", "Rows that expired before a stream read them.");
        _queries = _meter.CreateCounter<long>("pxo.queries", "{query}", "Queries received here, by outcome.");
        _queryDuration = _meter.CreateHistogram<double>("pxo.query.duration", "s", "Receipt to last row.");
    }

    public void FragmentCompleted(long rowsScanned)
    {
        _fragments.Add(1, new KeyValuePair<string, object?>("outcome", "completed"));
        _rowsScanned.Add(rowsScanned);
    }

    public void StreamRowsLost(long rows) => _streamRowsLost.Add(rows);

    public void FragmentCancelled() => _fragments.Add(1, new KeyValuePair<string, object?>("outcome", "cancelled"));

    public void FragmentFailed() => _fragments.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));

    public void FragmentRefused() => _fragments.Add(1, new KeyValuePair<string, object?>("outcome", "refused"));

    public void QueryEnded(string outcome, TimeSpan duration)
    {
        _queries.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _queryDuration.Record(duration.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
