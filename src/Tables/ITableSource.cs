using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Tables;

/// <summary>Tables that a plan can scan.</summary>
public interface ITableSource
{
    /// <summary>Schemas of all tables.</summary>
    IReadOnlyCollection<TableSchema> Schemas { get; }

    /// <summary>
    /// The rows present at the time of the call whose time_ lies in [<paramref name="startNs"/>,
    /// <paramref name="endNs"/>] (ns since 1970), as views of the wanted columns; oldest first. A table without
    /// column time_ ignores the range.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such table or column.</exception>
    IReadOnlyList<RowBatch> Snapshot(string table, ImmutableArray<string> columns, long startNs, long endNs);

    /// <summary>
    /// As above, without batches that cannot hold a row within all <paramref name="bounds"/>. Rows outside may still
    /// be among the others.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such table or column.</exception>
    TableSnapshot Snapshot(
        string table,
        ImmutableArray<string> columns,
        long startNs,
        long endNs,
        ImmutableArray<ColumnBound> bounds) => new(Snapshot(table, columns, startNs, endNs), 0, 0);

    /// <summary>
    /// A cursor over the rows that are there and those that come, within the range of time, as views of the wanted
    /// columns. It holds on to at most one growing batch per shard.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No such table or column.</exception>
    /// <exception cref="NotSupportedException">These tables do not grow.</exception>
    ITableCursor Follow(string table, ImmutableArray<string> columns, long startNs, long endNs) =>
        throw new NotSupportedException("These tables cannot be followed.");
}
