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
}
