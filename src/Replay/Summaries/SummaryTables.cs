using System.Collections.Immutable;
using PixieOrleans.Replay.Connections;

namespace PixieOrleans.Replay.Summaries;

/// <summary>A summary as tables: what was read, what was dropped and why, protocols, tables.</summary>
public static class SummaryTables
{
    /// <summary>The tables.</summary>
    /// <param name="summary">What the replay says.</param>
    /// <param name="errors">Exchanges that failed, per table; a table that is absent cannot tell.</param>
    public static ImmutableArray<SummaryTable> Of(ReplaySummary summary, IReadOnlyDictionary<string, long> errors) =>
        [Read(summary), Dropped(summary), Protocols(summary, errors), Tables(summary)];

    private static SummaryTable Read(ReplaySummary summary)
    {
        var (packets, streams) = (summary.Packets, summary.Streams);
        return new SummaryTable(
            "read",
            [SummaryTable.Text("what"), SummaryTable.Count("count")],
            [
                ["packets", packets.Packets],
                ["bytes of packets", packets.Bytes],
                ["TCP segments", packets.Tcp],
                ["UDP datagrams", packets.Udp],
                ["TCP connections", streams.TcpConnections],
                ["TCP connections without beginning", streams.Midstream],
                ["UDP pairs of endpoints", streams.UdpConnections],
                ["bytes of payload parsed", streams.ParsedBytes],
            ]);
    }

    private static SummaryTable Dropped(ReplaySummary summary)
    {
        var (packets, streams) = (summary.Packets, summary.Streams);
        ImmutableArray<(string Why, long Count)> all =
        [
            ("packets of other protocols than TCP and UDP", packets.Others),
            ("packets of link types that cannot be read" + Foreign(summary), packets.ForeignLinks),
            ("fragments of IP packets", packets.Fragments),
            ("malformed packets", packets.Malformed),
            ("packets cut before the end of their headers", packets.CutHeaders),
            ("packets whose payload was cut (snap length)", packets.CutPayloads),
            ("bytes missing for that", packets.CutBytes),
            ("connections of no known protocol", streams.Unrecognised),
            ("connections of a protocol that is not parsed", streams.Unparsed),
            ("connections whose bytes were not of their protocol", streams.Failed),
            ("connections given up for a defect of a parser", streams.Faults),
            ("connections ended early: too many open", streams.Evicted),
            ("sessions ended early: too many bytes held", streams.EvictedSessions),
            ("bytes of payload not parsed", streams.IgnoredBytes),
            ("bytes that came again (retransmissions, packets captured twice)", streams.RepeatedBytes),
            ("datagrams captured twice", streams.RepeatedDatagrams),
            ("places where bytes of a connection are missing", streams.Gaps),
            ("bytes missing there", streams.GapBytes),
            ("bytes dropped while they waited for missing ones", streams.DroppedBytes),
            ("segments that fit no connection", streams.StraySegments),
            ("rows that tables had no room for", summary.Tables.Sum(table => table.RowsEvicted)),
        ];
        return new SummaryTable(
            "dropped",
            [SummaryTable.Text("why"), SummaryTable.Count("count")],
            [.. all.Where(item => item.Count != 0).Select(item => (ImmutableArray<object>)[item.Why, item.Count])]);
    }

    private static string Foreign(ReplaySummary summary) => summary.ForeignLinkTypes.IsEmpty
        ? ""
        : $" ({string.Join(", ", summary.ForeignLinkTypes.Select(type => type < 0 ? "no interface" : $"{type}"))})";

    private static SummaryTable Protocols(ReplaySummary summary, IReadOnlyDictionary<string, long> errors) => new(
        "protocols",
        [
            SummaryTable.Text("protocol"),
            SummaryTable.Count("connections"),
            SummaryTable.Count("exchanges"),
            SummaryTable.Text("errors"),
            SummaryTable.Count("without_response"),
            SummaryTable.Count("without_request"),
            SummaryTable.Count("invalid_frames"),
            SummaryTable.Count("gaps"),
            SummaryTable.Count("dropped_bytes"),
        ],
        [.. summary.Protocols.OrderBy(protocol => protocol.Protocol).Select(protocol => RowOf(protocol, errors))]);

    private static ImmutableArray<object> RowOf(ProtocolCounters protocol, IReadOnlyDictionary<string, long> errors)
    {
        var counters = protocol.Server;
        return
        [
            protocol.Protocol.ToString(),
            protocol.Connections,
            counters.Records,
            errors.TryGetValue(protocol.Table, out var count) ? $"{count}" : "",
            counters.RequestsWithoutResponse,
            counters.ResponsesWithoutRequest,
            counters.InvalidFrames,
            counters.Gaps,
            counters.DroppedBytes,
        ];
    }

    private static SummaryTable Tables(ReplaySummary summary) => new(
        "tables",
        [
            SummaryTable.Text("table"),
            SummaryTable.Count("rows"),
            SummaryTable.Time("first"),
            SummaryTable.Time("last"),
        ],
        [
            .. summary.Tables.Where(table => table.Rows > 0).Select(table => (ImmutableArray<object>)
                [table.Name, table.Rows, table.OldestTimeNs, table.NewestTimeNs]),
        ]);
}
