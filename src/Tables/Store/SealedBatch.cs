using System.Collections.Immutable;
using PixieOrleans.Tables.Columns;
using PixieOrleans.Tables.Hot;
using PixieOrleans.Tables.Sealing;

namespace PixieOrleans.Tables.Store;

/// <summary>Immutable rows in arrays of exactly their size, ascending in time_ where the table has it.</summary>
/// <param name="Rows">All columns of the schema.</param>
/// <param name="MinTimeNs">time_ of the first row; 0 without time_.</param>
/// <param name="MaxTimeNs">time_ of the last row; 0 without time_.</param>
/// <param name="HeldBytes">Bytes that eviction gives back.</param>
/// <param name="Zones">Per column, what is known of its cells.</param>
internal sealed record SealedBatch(
    RowBatch Rows, long MinTimeNs, long MaxTimeNs, long HeldBytes, ImmutableArray<ColumnZone> Zones)
{
    private const int ColumnOverheadBytes = 168; // column object, array headers, memory structs, zone

    /// <summary>Whether some row may be within all bounds, given with the columns they are about.</summary>
    public bool MayHold(ImmutableArray<(int Column, ColumnBound Bound)> bounds)
    {
        foreach (var (column, bound) in bounds)
        {
            if (!Zones[column].MayHold(bound))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The shard that wrote it.</summary>
    public int Shard { get; init; }

    /// <summary>Number of its first row among those of the shard; the other rows' numbers follow.</summary>
    public long FirstRow { get; init; }

    /// <summary>Copies the published rows of a hot batch.</summary>
    /// <param name="hot">No longer written.</param>
    /// <param name="timeColumn">Column of time_, or -1.</param>
    public static SealedBatch Create(HotBatch hot, int timeColumn)
    {
        var rows = hot.PublishedRows;
        var order = timeColumn >= 0 && hot.IsUnsorted
            ? TimeOrder.Sort(((Int64Column)hot.Builders[timeColumn].View(rows)).Values)
            : null;
        var columns = ImmutableArray.CreateBuilder<Column>(hot.Builders.Length);
        long held = ColumnOverheadBytes;
        foreach (var builder in hot.Builders)
        {
            var column = builder.View(rows);
            column = order is null ? column : ColumnGather.Gather(column, order);
            columns.Add(SealColumn(column, copied: order is not null, out var bytes));
            held += bytes + ColumnOverheadBytes;
        }

        var (first, last) = timeColumn >= 0 ? (hot.MinTimeNs, hot.MaxTimeNs) : (0, 0);
        ImmutableArray<ColumnZone> zones = [.. columns.Select(ColumnZone.Of)];
        return new SealedBatch(new RowBatch(columns.MoveToImmutable(), rows), first, last, held, zones);
    }

    private static Column SealColumn(Column column, bool copied, out long heldBytes)
    {
        if (column is ArenaStringColumn strings)
        {
            return StringSealer.Seal(strings, out heldBytes);
        }

        heldBytes = column.Bytes;
        return copied ? column : column switch
        {
            BooleanColumn cells => new BooleanColumn(cells.Values.ToArray()),
            Int64Column cells => new Int64Column(cells.Values.ToArray(), cells.Type),
            Float64Column cells => new Float64Column(cells.Values.ToArray()),
            UInt128Column cells => new UInt128Column(cells.Values.ToArray()),
            _ => throw new ArgumentOutOfRangeException(nameof(column), column.GetType(), "Unknown kind of column."),
        };
    }
}
