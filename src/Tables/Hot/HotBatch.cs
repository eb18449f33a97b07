using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Hot;

/// <summary>
/// The growing batch of one shard. Readers use what lies below <see cref="PublishedRows"/>. The builders pass to the
/// next hot batch when nobody took a view of them.
/// </summary>
internal sealed class HotBatch(ImmutableArray<ColumnBuilder> builders)
{
    private int _publishedRows;
    private long _minTimeNs = long.MaxValue;
    private long _maxTimeNs = long.MinValue;
    private bool _unsorted;

    /// <summary>One builder per column of the schema.</summary>
    public ImmutableArray<ColumnBuilder> Builders { get; } = builders;

    /// <summary>Number of the first row among those of the shard.</summary>
    public long FirstRow { get; init; }

    /// <summary>Rows that readers may see.</summary>
    public int PublishedRows => Volatile.Read(ref _publishedRows);

    /// <summary>Earliest time_ of the published rows, or more; long.MaxValue without rows.</summary>
    public long MinTimeNs => Volatile.Read(ref _minTimeNs);

    /// <summary>Latest time_ of the published rows, or more; long.MinValue without rows.</summary>
    public long MaxTimeNs => Volatile.Read(ref _maxTimeNs);

    /// <summary>True when some row is older than the row before it.</summary>
    public bool IsUnsorted => Volatile.Read(ref _unsorted);

    /// <summary>
    /// True when a reader holds a view: the arrays must not be used again. Guarded by the table's lock.
    /// </summary>
    public bool HasViews { get; set; }

    /// <summary>Publishes the row that all builders hold now.</summary>
    public void Publish(long timeNs)
    {
        if (timeNs < _maxTimeNs)
        {
            Volatile.Write(ref _unsorted, true);
        }
        else
        {
            Volatile.Write(ref _maxTimeNs, timeNs);
        }

        if (timeNs < _minTimeNs)
        {
            Volatile.Write(ref _minTimeNs, timeNs);
        }

        Volatile.Write(ref _publishedRows, _publishedRows + 1);
    }

    /// <summary>Bytes of the arrays held.</summary>
    public long CapacityBytes
    {
        get
        {
            long bytes = 0;
            foreach (var builder in Builders)
            {
                bytes += builder.CapacityBytes;
            }

            return bytes;
        }
    }

    /// <summary>A view of some columns of the published rows.</summary>
    public RowBatch View(ReadOnlySpan<int> columns, int rows)
    {
        var views = ImmutableArray.CreateBuilder<Column>(columns.Length);
        foreach (var column in columns)
        {
            views.Add(Builders[column].View(rows));
        }

        return new RowBatch(views.MoveToImmutable(), rows);
    }

    /// <summary>Fresh builders for a schema.</summary>
    public static ImmutableArray<ColumnBuilder> CreateBuilders(TableSchema schema)
    {
        var builders = ImmutableArray.CreateBuilder<ColumnBuilder>(schema.Columns.Length);
        foreach (var column in schema.Columns)
        {
            builders.Add(ColumnBuilder.Create(column.Type));
        }

        return builders.MoveToImmutable();
    }
}
