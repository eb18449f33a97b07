using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Sockets.Ingest;
using PixieOrleans.Tables.Store;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Sockets;

namespace PixieOrleans.NodeProbe.Tests.Sockets.Ingest;

public sealed class IngestShardTests : IDisposable
{
    private const long OffsetNs = 5_000_000_000_000; // wall clock less boot clock
    private const long SecondNs = 1_000_000_000;

    private readonly FakeSocketProbe _probe = new();
    private readonly TableStore _store = new([WordProtocol.Schema], 16 << 20, shards: 1);

    [Fact]
    public void OnData_OfAnOpenConnection_BecomesRows()
    {
        var shard = Shard();
        _probe.Connect(tgid: 42, remote: "10.0.0.2:4000").Receive("one"u8);

        var events = shard.Pass();

        Assert.Equal(2, events);
        Assert.Equal(
            [$"{OffsetNs + 1_002_000} 9:42:7 10.0.0.2 2 one"],
            TableText.Read(_store, "words", "time_", "upid", "remote_addr", "trace_role", "word"));
    }

    [Fact]
    public void OnData_WithoutOpenEvent_AsksForTheAddressesAndGoesOn()
    {
        var shard = Shard();
        var connection = _probe.Connect(loseOpen: true);
        connection.Receive("one"u8);
        shard.Pass();

        Assert.True(shard.MissingOpens.TryDequeue(out var missing));
        shard.PostOpen(connection.Describe(EventKind.Open));
        connection.Receive("two"u8);
        shard.Pass();

        Assert.Equal(connection.Id, missing);
        Assert.Equal(1, shard.Counters.MissingOpens);
        Assert.Equal(["- one", "10.0.0.2 two"], TableText.Read(_store, "words", "remote_addr", "word"));
    }

    [Fact]
    public void OnOpen_OfADescriptorInUse_EndsThePreviousConnection()
    {
        var shard = Shard();
        var previous = _probe.Connect(fd: 5);
        previous.Receive("one"u8);
        var next = _probe.Connect(fd: 5);
        next.Receive("two"u8);
        previous.Receive("late"u8);
        next.Receive("three"u8);

        shard.Pass();

        Assert.Equal(1, shard.Counters.MissingCloses);
        Assert.Equal(2, shard.ConnectionCount); // the late word started the previous connection again
        Assert.Equal(["one", "(close) 0 3", "two", "late", "three"], Words());
    }

    [Fact]
    public void OnOpen_OfAnotherDatagramPeer_KeepsBoth()
    {
        var shard = Shard();
        _probe.Connect(fd: 5, remote: "10.0.0.2:1", flags: ConnectionFlags.Datagram);
        _probe.Connect(fd: 5, remote: "10.0.0.3:1", flags: ConnectionFlags.Datagram);

        shard.Pass();

        Assert.Equal((2, 0), (shard.ConnectionCount, shard.Counters.MissingCloses));
    }

    [Fact]
    public void OnData_OfADatagramSocket_TellsTheSession()
    {
        var shard = Shard();
        var connection = _probe.Connect(flags: ConnectionFlags.Datagram);
        connection.Receive("one"u8);
        connection.Close();

        shard.Pass();

        Assert.Equal(["one", "(close) 0 3 datagram"], Words());
    }

    [Fact]
    public void OnClose_GivesTheKernelsTotalsToTheSession()
    {
        var shard = Shard();
        var connection = _probe.Connect();
        connection.Receive("one"u8);
        connection.SendLost(100);
        connection.Close();

        shard.Pass();

        Assert.Equal(["one", "(close) 100 3"], Words());
        Assert.Equal(0, shard.ConnectionCount);
        Assert.Equal(100UL, Assert.Single(shard.Closed.Exchange([])).BytesSent);
    }

    [Fact]
    public void OnData_OfARoleThatIsNotTraced_IsCountedOnly()
    {
        var shard = Shard();
        _probe.Connect(role: Role.Client).Receive("one"u8);

        shard.Pass();

        Assert.Empty(Words());
        Assert.Equal(3, shard.Counters.IgnoredBytes);
    }

    [Fact]
    public void OnData_ThatRevealsAnUntracedRole_DemotesTheConnection()
    {
        var shard = Shard();
        var client = _probe.Connect(fd: 5, role: Role.None);
        var server = _probe.Connect(fd: 6, role: Role.None);
        client.Receive("CLIENT"u8);
        client.Receive("lost"u8);
        server.Receive("SERVER"u8);
        server.Receive("kept"u8);
        server.Close();

        shard.Pass();

        Assert.Equal([client.Id], _probe.Demoted);
        Assert.Equal(["CLIENT", "SERVER", "kept", "(close) 0 10"], Words());
        Assert.Equal(Role.Server, Assert.Single(shard.Closed.Exchange([])).Role);
    }

    [Theory]
    [InlineData("FAIL", 1, 0, 1)]
    [InlineData("END", 0, 0, 0)]
    [InlineData("THROW", 0, 1, 1)]
    public void OnData_ThatEndsTheSession_DemotesTheConnection(string word, int demotions, int faults, int notices)
    {
        var shard = Shard();
        var connection = _probe.Connect();
        connection.Receive(System.Text.Encoding.UTF8.GetBytes(word));
        connection.Receive("ignored"u8);
        connection.Close();

        shard.Pass();

        Assert.Equal([connection.Id], _probe.Demoted);
        Assert.DoesNotContain("ignored", Words());
        Assert.Equal(demotions, shard.Counters.Demotions);
        Assert.Equal(faults, shard.Counters.SessionFaults);
        Assert.Equal(notices, shard.Notices.Take().Notices.Count);
        Assert.Equal((0L, 7L), (shard.Counters.Sessions, shard.Counters.IgnoredBytes));
    }

    [Fact]
    public void Pass_OverManyConnections_KeepsTheBound()
    {
        var shard = Shard(settings => settings with { MaxConnections = 1000 });
        for (var i = 0; i < 100_000; i++)
        {
            _probe.Connect(fd: i);
            if (i % 1000 == 0)
            {
                shard.Pass();
            }
        }

        shard.Pass();

        Assert.Equal((1000, 99_000L), (shard.ConnectionCount, shard.Counters.EvictedConnections));
    }

    [Fact]
    public void Pass_OverChurningConnections_KeepsMemoryFlat()
    {
        var shard = Shard(settings => settings with { MaxPendingCloses = 1 });
        long Churn(int connections)
        {
            for (var i = 0; i < connections; i++)
            {
                var connection = _probe.Connect(fd: i % 500);
                connection.Receive("one"u8);
                connection.Close();
                shard.Pass();
            }

            return GC.GetTotalMemory(forceFullCollection: true);
        }

        var (before, least) = (Churn(20_000), long.MaxValue);
        for (var round = 0; round < 5; round++) // other tests hold memory for a while
        {
            var after = Churn(20_000);
            (before, least) = (after, Math.Min(least, after - before));
        }

        Assert.Equal(0, shard.ConnectionCount);
        Assert.InRange(least, long.MinValue, 2 << 20); // a round of rows is half of it
    }

    [Fact]
    public void OnData_ThatHoldsTooMuch_DropsTheSessionSilentForLongest()
    {
        var shard = Shard(settings => settings with { MaxSessionBytes = 2500 });
        var first = _probe.Connect(fd: 1);
        var second = _probe.Connect(fd: 2);
        first.Receive("HOLD"u8);
        second.Receive("HOLD"u8);
        second.Receive("HOLD"u8);
        first.Receive("again"u8);
        first.Close();

        shard.Pass();

        Assert.Equal((1L, 2000L), (shard.Counters.EvictedSessions, shard.Counters.RetainedBytes));
        Assert.Equal(["HOLD", "HOLD", "HOLD", "(close) 0 4", "again", "(close) 0 5 midstream"], Words());
    }

    [Fact]
    public void Tick_AfterTheIdleTime_DropsTheConnection()
    {
        var shard = Shard(settings => settings with { IdleNs = 10 * SecondNs });
        _probe.Connect().Receive("one"u8);
        shard.Pass();

        shard.Tick(OffsetNs + (5 * SecondNs));
        var before = shard.ConnectionCount;
        shard.Tick(OffsetNs + (11 * SecondNs));

        Assert.Equal((1, 0), (before, shard.ConnectionCount));
        Assert.Equal(1, shard.Counters.IdleConnections);
        Assert.Equal(2, Assert.Single(shard.SessionCounters).Frames); // ticked while it was there
    }

    [Fact]
    public void Finish_EndsAllSessions()
    {
        var shard = Shard();
        _probe.Connect().Receive("one"u8);
        shard.Pass();

        shard.Finish(OffsetNs + SecondNs);

        Assert.Equal(["one", "(close) 0 3"], Words());
        Assert.Equal(0, shard.ConnectionCount);
    }

    [Fact]
    public void Pass_OfEventsOfKnownConnections_AllocatesNothing()
    {
        var shard = Shard();
        var connections = Enumerable.Range(0, 100).Select(fd => _probe.Connect(fd: fd)).ToArray();
        void Put()
        {
            for (var i = 0; i < 1000; i++)
            {
                connections[i * 7 % 100].Receive("word"u8);
            }
        }

        Put();
        Put();
        Put(); // 3,000 rows: the table's arrays have room for a thousand more
        shard.Pass();

        var events = 0;
        var allocated = Allocations.Least(() => events = shard.Pass(), prepare: Put);

        Assert.Equal((1000, 0L), (events, allocated));
    }

    public void Dispose() => _probe.Dispose();

    private static IReadOnlyDictionary<Protocol, Role> Roles =>
        new NodeProbeOptions().RolesOf([new WordProtocol()]);

    private List<string> Words() => TableText.Read(_store, "words", "word");

    private IngestShard Shard(Func<ShardSettings, ShardSettings>? change = null)
    {
        var settings = new ShardSettings { Asid = 9 };
        return new IngestShard(
            0,
            _probe,
            change is null ? settings : change(settings),
            new SessionFactory([new WordProtocol()], Roles, _store, 0, asid: 9),
            new BootClock(() => (OffsetNs, 0)));
    }
}
