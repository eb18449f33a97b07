using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Hot;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Store;

/// <summary>
/// The rows of one table: sealed batches, oldest first, and one growing batch per shard. Rows are written and
/// scanned without locks; the lock is held for the exchange of batches only.
/// </summary>
internal sealed class Table
{
    private readonly Lock _gate = new();
    private readonly TableWriter[] _writers;
    private readonly HotBatch[] _hot;
    private readonly Queue<SealedBatch> _sealed = [];
    private readonly EvictionHistory _evictions = new();
    private long _sealedRows;
    private long _sealedBytes;
    private long _rowsEvicted;
    private long _bytesEvicted;
    private long _lastEvictedTimeNs;

    public Table(TableSchema schema, TableOptions options)
    {
        options.Validate();
        (Schema, Options) = (schema, options);
        TimeColumn = schema.IndexOf("time_");
        _hot = [.. Enumerable.Range(0, options.Shards).Select(_ => new HotBatch(HotBatch.CreateBuilders(schema)))];
        _writers = [.. _hot.Select((hot, shard) => new TableWriter(this, shard, hot))];
    }

    /// <summary>Name and columns.</summary>
    public TableSchema Schema { get; }

    /// <summary>Bounds.</summary>
    public TableOptions Options { get; }

    /// <summary>Column of time_, or -1.</summary>
    public int TimeColumn { get; }

    /// <summary>The writer of a shard.</summary>
    public TableWriter Writer(int shard) => _writers[shard];

    /// <summary>Replaces a shard's hot batch by an empty one. Called by the shard's thread.</summary>
    public HotBatch Seal(int shard, HotBatch hot)
    {
        var batch = SealedBatch.Create(hot, TimeColumn) with { Shard = shard, FirstRow = hot.FirstRow };
        lock (_gate)
        {
            var builders = hot.Builders;
            if (hot.HasViews)
            {
                builders = HotBatch.CreateBuilders(Schema);
            }
            else
            {
                foreach (var builder in builders)
                {
                    builder.Clear();
                }
            }

            _hot[shard] = new HotBatch(builders) { FirstRow = hot.FirstRow + hot.PublishedRows };
            _sealed.Enqueue(batch);
            _sealedRows += batch.Rows.Rows;
            _sealedBytes += batch.HeldBytes;
            EvictLocked();
            return _hot[shard];
        }
    }

    /// <summary>Evicts until the budget is kept. Called by a shard's thread after its arrays grew.</summary>
    public void MakeRoom()
    {
        lock (_gate)
        {
            EvictLocked();
        }
    }

    /// <summary>Adds views of the rows in [startNs, endNs] to <paramref name="batches"/>.</summary>
    public void Snapshot(
        ImmutableArray<int> columns, long startNs, long endNs, List<(long Time, RowBatch Rows)> batches) =>
        Snapshot(columns, startNs, endNs, [], batches);

    /// <summary>The same without sealed batches that have no row within all bounds; how many those are.</summary>
    public (int Batches, long Rows) Snapshot(
        ImmutableArray<int> columns,
        long startNs,
        long endNs,
        ImmutableArray<(int Column, ColumnBound Bound)> bounds,
        List<(long Time, RowBatch Rows)> batches)
    {
        var skipped = (Batches: 0, Rows: 0L);
        SealedBatch[] sealedBatches;
        (HotBatch Batch, int Rows)[] hot;
        lock (_gate)
        {
            sealedBatches = [.. _sealed];
            hot = new (HotBatch, int)[_hot.Length];
            for (var shard = 0; shard < hot.Length; shard++)
            {
                hot[shard] = (_hot[shard], _hot[shard].PublishedRows);
                _hot[shard].HasViews |= hot[shard].Rows > 0;
            }
        }

        foreach (var batch in sealedBatches)
        {
            if (batch.MayHold(bounds))
            {
                AddSealed(batch, columns, startNs, endNs, batches);
            }
            else if (Overlaps(batch, startNs, endNs))
            {
                skipped = (skipped.Batches + 1, skipped.Rows + batch.Rows.Rows);
            }
        }

        foreach (var (batch, rows) in hot)
        {
            AddHot(batch, rows, columns, startNs, endNs, batches);
        }

        return skipped;
    }

    /// <summary>
    /// The sealed batches of a shard whose first row is <paramref name="next"/> or later, and its hot batch, whose
    /// arrays are not used again from now on. No sealed batches when <paramref name="begun"/> still is the hot one.
    /// </summary>
    public (IReadOnlyList<SealedBatch> Sealed, HotBatch Hot) BatchesFrom(int shard, HotBatch? begun, long next)
    {
        lock (_gate)
        {
            var hot = _hot[shard];
            hot.HasViews = true;
            if (hot == begun)
            {
                return ([], hot);
            }

            var from = begun is null ? next : begun.FirstRow + begun.PublishedRows; // it grows no more
            return ([.. _sealed.Where(batch => batch.Shard == shard && batch.FirstRow >= from)], hot);
        }
    }

    /// <summary>Rows evicted inside a range of time.</summary>
    public long RowsEvictedBetween(long startNs, long endNs)
    {
        lock (_gate)
        {
            return _evictions.RowsBetween(startNs, endNs);
        }
    }

    /// <summary>The state now.</summary>
    public TableStatistics GetStatistics()
    {
        lock (_gate)
        {
            var (oldest, newest) = (long.MaxValue, long.MinValue);
            var rows = _sealedRows;
            foreach (var batch in _sealed)
            {
                oldest = Math.Min(oldest, batch.MinTimeNs);
                newest = Math.Max(newest, batch.MaxTimeNs);
            }

            foreach (var hot in _hot)
            {
                rows += hot.PublishedRows;
                oldest = Math.Min(oldest, hot.MinTimeNs);
                newest = Math.Max(newest, hot.MaxTimeNs);
            }

            return new TableStatistics(
                Schema.Name,
                rows,
                _sealed.Count,
                _sealedBytes + HotBytesLocked(),
                Options.BudgetBytes,
                rows == 0 ? 0 : oldest,
                rows == 0 ? 0 : newest,
                _writers.Sum(w => w.RowsWritten),
                _rowsEvicted,
                _bytesEvicted,
                _lastEvictedTimeNs,
                _writers.Sum(w => w.TruncatedCells));
        }
    }

    private bool Overlaps(SealedBatch batch, long startNs, long endNs) =>
        TimeColumn < 0 || (batch.MaxTimeNs >= startNs && batch.MinTimeNs <= endNs);

    private void AddSealed(
        SealedBatch batch,
        ImmutableArray<int> columns,
        long startNs,
        long endNs,
        List<(long Time, RowBatch Rows)> batches)
    {
        var (first, count) = (0, batch.Rows.Rows);
        if (!Overlaps(batch, startNs, endNs))
        {
            return;
        }

        if (TimeColumn >= 0 && (batch.MinTimeNs < startNs || batch.MaxTimeNs > endNs))
        {
            (first, count) = TimeOrder.Range(
                ((Int64Column)batch.Rows.Columns[TimeColumn]).Values, startNs, endNs);
        }

        if (count > 0)
        {
            var views = ImmutableArray.CreateRange(columns, column => batch.Rows.Columns[column]);
            var rows = new RowBatch(views, batch.Rows.Rows);
            batches.Add((batch.MinTimeNs, count == rows.Rows ? rows : rows.Slice(first, count)));
        }
    }

    private void AddHot(
        HotBatch hot,
        int rows,
        ImmutableArray<int> columns,
        long startNs,
        long endNs,
        List<(long Time, RowBatch Rows)> batches)
    {
        if (rows == 0 || (TimeColumn >= 0 && (hot.MaxTimeNs < startNs || hot.MinTimeNs > endNs)))
        {
            return;
        }

        var view = hot.View(columns.AsSpan(), rows);
        if (TimeColumn >= 0 && (hot.MinTimeNs < startNs || hot.MaxTimeNs > endNs))
        {
            var times = ((Int64Column)hot.Builders[TimeColumn].View(rows)).Values;
            view = Cut(view, times, hot.IsUnsorted, startNs, endNs);
        }

        if (view.Rows > 0)
        {
            batches.Add((hot.MinTimeNs, view));
        }
    }

    private static RowBatch Cut(RowBatch view, ReadOnlySpan<long> times, bool unsorted, long startNs, long endNs)
    {
        if (!unsorted)
        {
            var (first, count) = TimeOrder.Range(times, startNs, endNs);
            return view.Slice(first, count);
        }

        var selected = TimeOrder.Select(times, startNs, endNs);
        return selected.Length == view.Rows
            ? view
            : new RowBatch(
                ImmutableArray.CreateRange(view.Columns, column => ColumnGather.Gather(column, selected)),
                selected.Length);
    }

    private long HotBytesLocked()
    {
        long bytes = 0;
        foreach (var hot in _hot)
        {
            bytes += hot.CapacityBytes;
        }

        return bytes;
    }

    private void EvictLocked()
    {
        var bound = Options.BudgetBytes - Options.ReserveBytes - HotBytesLocked();
        while (_sealedBytes > bound && _sealed.TryDequeue(out var batch))
        {
            _sealedRows -= batch.Rows.Rows;
            _sealedBytes -= batch.HeldBytes;
            _rowsEvicted += batch.Rows.Rows;
            _bytesEvicted += batch.HeldBytes;
            _lastEvictedTimeNs = Math.Max(_lastEvictedTimeNs, batch.MaxTimeNs);
            _evictions.Add(batch.MinTimeNs, batch.MaxTimeNs, batch.Rows.Rows);
        }
    }
}
