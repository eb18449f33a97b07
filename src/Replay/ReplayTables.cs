using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Protocols;
using PixieOrleans.Protocols.ConnStats;

namespace PixieOrleans.Replay;

/// <summary>The tables that a capture fills; those of the node about processes and the machine are not among them.
/// </summary>
public static class ReplayTables
{
    /// <summary>All schemas.</summary>
    public static ImmutableArray<TableSchema> Of(ProtocolRegistry protocols) =>
    [
        .. protocols.Definitions.Select(definition => definition.Table).DistinctBy(table => table.Name),
        ConnStatsTable.Schema,
    ];
}
