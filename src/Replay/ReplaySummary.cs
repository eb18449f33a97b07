using System.Collections.Immutable;
using PixieOrleans.Replay.Captures;
using PixieOrleans.Replay.Connections;
using PixieOrleans.Replay.Packets;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.Replay;

/// <summary>What a capture held and what became of it.</summary>
/// <param name="Times">Time of its packets.</param>
/// <param name="Packets">Its packets.</param>
/// <param name="Streams">Its connections.</param>
/// <param name="Protocols">Its exchanges, per protocol.</param>
/// <param name="Tables">Rows per table.</param>
/// <param name="Damage">Where the file is cut or damaged; null when it is whole.</param>
/// <param name="ForeignLinkTypes">Link types that cannot be read.</param>
public sealed record ReplaySummary(
    CaptureTimes Times,
    PacketCounters Packets,
    StreamCounters Streams,
    ImmutableArray<ProtocolCounters> Protocols,
    ImmutableArray<TableStatistics> Tables,
    string? Damage,
    ImmutableArray<int> ForeignLinkTypes);
