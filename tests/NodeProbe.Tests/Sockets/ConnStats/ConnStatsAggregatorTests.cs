using System.Net;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sockets.ConnStats;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.Protocols.ConnStats;
using PixieOrleans.Tables.Store;

namespace PixieOrleans.NodeProbe.Tests.Sockets.ConnStats;

public sealed class ConnStatsAggregatorTests
{
    private static readonly ConnectionTotals[] None = [];

    private readonly TableStore _store = new([ConnStatsTable.Schema], 16 << 20, shards: 1);
    private readonly HashSet<uint> _dead = [];
    private Role _resolved = Role.None;

    [Fact]
    public void Write_OfLiveConnections_SumsPerProcessAndPeer()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20, port: 4001), Server(2, 1, 2, port: 4002), Client(3, 5, 6)], None, 100);

        Assert.Equal(
            ["100 9:42:7 10.0.0.2 0 2 1 1 false 2 0 2 11 22", "100 9:42:7 10.0.0.2 4000 1 1 1 false 1 0 1 5 6"],
            Rows());
    }

    [Fact]
    public void Write_WithoutChange_WritesNothing()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20)], None, 100);
        stats.Write([Server(1, 10, 20)], None, 200);
        stats.Write([Server(1, 11, 20)], None, 300);

        Assert.Equal(["100 1 0 10 20", "300 1 0 11 20"], Counts());
    }

    [Fact]
    public void Write_OfAConnectionThatEndedBetweenTwoRounds_CountsItOnce()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20)], None, 100);
        stats.Write(None, [Server(1, 15, 25), Server(2, 1, 1)], 200);

        Assert.Equal(["100 1 0 10 20", "200 2 2 16 26"], Counts());
    }

    [Fact]
    public void Write_OfAConnectionThatEndedAfterTheSnapshot_CountsItOnce()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20)], [Server(1, 15, 25)], 100);
        stats.Write(None, None, 200);

        Assert.Equal(["100 1 1 15 25"], Counts());
        Assert.Equal(0, stats.MissingCloses);
    }

    [Fact]
    public void Write_OfAConnectionThatVanished_ClosesItWithItsLastTotals()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20)], None, 100);
        stats.Write(None, None, 200);

        Assert.Equal(["100 1 0 10 20", "200 1 1 10 20"], Counts());
        Assert.Equal(1, stats.MissingCloses);
    }

    [Fact]
    public void Write_OfAnUnknownRole_WaitsUntilItIsKnown()
    {
        var stats = Aggregator();
        var connection = Server(1, 10, 20) with { Role = Role.None };

        stats.Write([connection], None, 100);
        _resolved = Role.Server;
        stats.Write([connection], None, 200);

        Assert.Equal(["200 1 0 10 20"], Counts());
    }

    [Fact]
    public void Write_OfAnUnknownRoleThatEnds_IsCountedAsMissing()
    {
        var stats = Aggregator();

        stats.Write(None, [Server(1, 10, 20) with { Role = Role.None }], 100);

        Assert.Empty(Counts());
        Assert.Equal(1, stats.ConnectionsWithoutRole);
    }

    [Fact]
    public void Write_OfOtherFamilies_IgnoresThem()
    {
        var stats = Aggregator();

        stats.Write([Server(1, 10, 20) with { Remote = default }], [Server(2, 1, 1) with { Remote = default }], 100);

        Assert.Empty(Counts());
    }

    [Fact]
    public void Write_WhenProtocolAndTlsBecomeKnown_WritesThem()
    {
        var stats = Aggregator();
        var connection = Server(1, 10, 20) with { Protocol = Protocol.Unknown };

        stats.Write([connection], None, 100);
        stats.Write([connection with { Protocol = Protocol.Http, Flags = ConnectionFlags.Tls }], None, 200);
        stats.Write([connection], None, 300);

        Assert.Equal(
            ["100 0 false", "200 1 true"],
            TableText.Read(_store, "conn_stats", "time_", "protocol", "ssl"));
    }

    [Fact]
    public void Write_OfAPeerWithAndWithoutTls_TellsOfTheConnectionThatMovedLast()
    {
        var stats = Aggregator();
        var secure = Server(1, 10, 20) with { Protocol = Protocol.Http, Flags = ConnectionFlags.Tls };
        var plain = Server(2, 1, 2) with { Protocol = Protocol.Http };

        stats.Write([secure], None, 100);
        stats.Write([secure, plain], None, 200);
        stats.Write([secure, plain], None, 300);
        stats.Write([secure with { BytesSent = 11 }, plain], None, 400);

        Assert.Equal(
            ["100 true 10", "200 false 11", "400 true 12"],
            TableText.Read(_store, "conn_stats", "time_", "ssl", "bytes_sent"));
    }

    [Fact]
    public void Write_AfterTheProcessEnded_DropsItsEntriesAfterTheirLastRow()
    {
        var stats = Aggregator();
        stats.Write([Server(1, 10, 20)], None, 100);
        _dead.Add(42);

        stats.Write(None, [Server(1, 15, 25)], 200);
        var afterLastRow = stats.Entries;
        stats.Write(None, None, 300);

        Assert.Equal(["100 1 0 10 20", "200 1 1 15 25"], Counts());
        Assert.Equal((1, 0), (afterLastRow, stats.Entries));
    }

    [Fact]
    public void Write_BeyondTheBounds_CountsWhatItCannotKeep()
    {
        var stats = Aggregator(new ConnStatsLimits(MaxConnections: 10, MaxEntries: 3));

        stats.Write([.. Enumerable.Range(1, 20).Select(i => Client(i, 1, 1, port: 4000 + i))], None, 100);

        Assert.Equal(3, Counts().Count);
        Assert.Equal(17, stats.UncountedConnections);
    }

    private static ConnectionTotals Server(int id, ulong sent, ulong received, int port = 4000) =>
        Client(id, sent, received, port) with { Role = Role.Server };

    private static ConnectionTotals Client(int id, ulong sent, ulong received, int port = 4000) => new(
        new KernelConnectionId(7, (ulong)id, 42, id),
        Endpoint.FromNetworkBytes(IPAddress.Parse("10.0.0.1").GetAddressBytes(), 80),
        Endpoint.FromNetworkBytes(IPAddress.Parse("10.0.0.2").GetAddressBytes(), (ushort)port),
        Role.Client,
        Protocol.Http,
        ConnectionFlags.None,
        sent,
        received);

    private ConnStatsAggregator Aggregator(ConnStatsLimits? limits = null) => new(
        9,
        _store.Writer("conn_stats", 0),
        limits ?? new ConnStatsLimits(),
        (_, _, _) => _resolved,
        (tgid, _) => !_dead.Contains(tgid));

    private List<string> Rows() =>
        TableText.Read(_store, "conn_stats", [.. ConnStatsTable.Schema.Columns.Select(c => c.Name)]);

    private List<string> Counts() =>
        TableText.Read(_store, "conn_stats", "time_", "conn_open", "conn_close", "bytes_sent", "bytes_recv");
}
