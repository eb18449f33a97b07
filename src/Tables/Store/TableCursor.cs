using System.Collections.Immutable;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Hot;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Store;

/// <summary>
/// Reads each shard by the numbers of its rows. A hot batch that was begun is read to its end even when it is sealed
/// meanwhile, because sealing may change the order of its rows: a cursor holds the arrays of one hot batch per shard.
/// </summary>
internal sealed class TableCursor : ITableCursor
{
    private readonly Table _table;
    private readonly ImmutableArray<int> _columns;
    private readonly long _startNs;
    private readonly long _endNs;
    private readonly Position[] _shards;

    /// <summary>Begins with the oldest rows that there are.</summary>
    public TableCursor(Table table, ImmutableArray<int> columns, long startNs, long endNs)
    {
        (_table, _columns, _startNs, _endNs) = (table, columns, startNs, endNs);
        _shards = [.. Enumerable.Range(0, table.Options.Shards).Select(_ => new Position())];
    }

    /// <inheritdoc/>
    public long RowsLost { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<RowBatch> Read(int maxBatches)
    {
        var batches = new List<(long Time, RowBatch Rows)>();
        for (var shard = 0; shard < _shards.Length && batches.Count < maxBatches; shard++)
        {
            Read(shard, _shards[shard], maxBatches, batches);
        }

        return [.. batches.OrderBy(batch => batch.Time).Select(batch => batch.Rows)];
    }

    private void Read(int shard, Position position, int maxBatches, List<(long Time, RowBatch Rows)> batches)
    {
        // First the table's state, then the rows of the hot batch: one that is hot no more then has all its rows.
        var (later, hot) = _table.BatchesFrom(shard, position.Hot, position.Next);
        if (position.Hot is { } begun)
        {
            AddHot(begun, position, batches);
        }

        foreach (var batch in later.TakeWhile(_ => batches.Count < maxBatches))
        {
            Skip(position, batch.FirstRow);
            AddSealed(batch, batches);
            position.Next = batch.FirstRow + batch.Rows.Rows;
        }

        if (hot == position.Hot)
        {
            return;
        }

        position.Hot = null;
        if (batches.Count < maxBatches) // else the next call goes on with the row that is next
        {
            Skip(position, hot.FirstRow);
            (position.Hot, position.Next) = (hot, hot.FirstRow);
            AddHot(hot, position, batches);
        }
    }

    // Rows before the first one read are of no interest.
    private void Skip(Position position, long row)
    {
        RowsLost += position.Next >= 0 ? Math.Max(0, row - position.Next) : 0;
        position.Next = row;
    }

    private void AddSealed(SealedBatch batch, List<(long Time, RowBatch Rows)> batches)
    {
        var (first, count) = _table.TimeColumn < 0
            ? (0, batch.Rows.Rows)
            : TimeOrder.Range(((Int64Column)batch.Rows.Columns[_table.TimeColumn]).Values, _startNs, _endNs);
        if (count > 0)
        {
            var rows = new RowBatch(
                ImmutableArray.CreateRange(_columns, column => batch.Rows.Columns[column]), batch.Rows.Rows);
            batches.Add((batch.MinTimeNs, count == rows.Rows ? rows : rows.Slice(first, count)));
        }
    }

    private void AddHot(HotBatch hot, Position position, List<(long Time, RowBatch Rows)> batches)
    {
        var published = hot.PublishedRows;
        var first = (int)(position.Next - hot.FirstRow);
        var count = published - first;
        position.Next += count;
        if (count == 0)
        {
            return;
        }

        var rows = hot.View(_columns.AsSpan(), published).Slice(first, count);
        if (_table.TimeColumn < 0)
        {
            batches.Add((0, rows));
            return;
        }

        var times = ((Int64Column)hot.Builders[_table.TimeColumn].View(published)).Values.Slice(first, count);
        var time = times[0];
        var wanted = hot.MinTimeNs >= _startNs && hot.MaxTimeNs <= _endNs
            ? null
            : TimeOrder.Select(times, _startNs, _endNs);
        if (wanted is null || wanted.Length == count)
        {
            batches.Add((time, rows));
        }
        else if (wanted.Length > 0)
        {
            var gathered = ImmutableArray.CreateRange(rows.Columns, column => ColumnGather.Gather(column, wanted));
            batches.Add((time, new RowBatch(gathered, wanted.Length)));
        }
    }

    /// <summary>How far a shard was read.</summary>
    private sealed class Position
    {
        /// <summary>Hot batch that was begun, or null.</summary>
        public HotBatch? Hot { get; set; }

        /// <summary>Number of the next row; -1 before the first.</summary>
        public long Next { get; set; } = -1;
    }
}
