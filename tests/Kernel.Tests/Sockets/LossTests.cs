using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Bounds, and that what is lost to them is counted.</summary>
public sealed class LossTests
{
    [Fact]
    public void FullRing_LosesWhatItCounts()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles, RingBytes = 64 << 10 });

        using var child = Child.Run("c, a = pair()\nfor i in range(1000): c.send(b'y' * 1000); a.recv(1000)");
        var connections = probe.DrainAll().Of(child.Tgid);
        var received = connections.SelectMany(c => c.Data).Count();

        Assert.InRange(received, 1, 1000);
        var lost = probe.Total(SocketProbeCounter.LostData);
        Assert.True(lost >= 2000 - received, "others on this machine may lose some too");
        Assert.True(probe.Total(SocketProbeCounter.LostDataBytes) >= (2000 - received) * 1000);
        Assert.True(connections.Count(c => c.IsClosed) + probe.Total(SocketProbeCounter.LostClose) >= 2);
    }

    [Fact]
    public void FullConnectionMap_IsCounted()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { MaxConnections = 4 });

        using var child = Child.Run("kept = [pair() for i in range(10)]");

        Assert.True(probe.Total(SocketProbeCounter.ConnectionsFull) >= 16);
    }

    [Fact]
    public void CapOfACall_LeavesAGapOfItsSize()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles, MaxCallBytes = 100 });

        using var child = Child.Run("c, a = pair()\nc.send(b'z' * 1000)\nc.send(b'end')");

        var data = probe.DrainAll().Single(child.Tgid, child.Number("client")).Data;
        Assert.Equal([(0UL, 100), (1000UL, 0), (1000UL, 3)], data.Select(d => (d.Data.Position, d.Payload.Length)));
        Assert.True(probe.Total(SocketProbeCounter.CallCutBytes) >= 900);
    }

    [Fact]
    public void CapOfACall_OfHttp2_IsOneOfItsOwn()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions
        {
            Roles = new Dictionary<Protocol, Role> { [Protocol.Http2] = Role.Client | Role.Server },
            MaxCallBytes = 100,
            MaxBatchCallBytes = 300_000,
        });

        using var child = Child.Run("""
            import threading
            c, a = pair()
            reader = threading.Thread(target=lambda: a.recv(200024, socket.MSG_WAITALL))
            reader.start()
            c.send(b'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
            c.send(b'z' * 200000)
            reader.join()
            """);

        var data = probe.DrainAll().Single(child.Tgid, child.Number("client")).Data;
        Assert.Equal(200_024, data.Sum(d => d.Payload.Length));
        Assert.Equal(0, probe.Total(SocketProbeCounter.CallCutBytes));
    }

    [Fact]
    public void CapOfAConnection_EndsItsPayload()
    {
        var options = new SocketProbeOptions { Roles = TestProbe.AllRoles, MaxConnectionBytes = 150 };
        using var probe = TestProbe.Start(options);

        using var child = Child.Run("c, a = pair()\nfor i in range(4): c.send(b'z' * 100)");

        var client = probe.DrainAll().Single(child.Tgid, child.Number("client"));
        Assert.Equal(150, client.Data.Sum(d => d.Payload.Length));
        Assert.Equal(400UL, client.Close.BytesSent);
    }

    [Fact]
    public void Shards_ShareTheConnections_EachInOne()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles, Shards = 3 });

        using var child = Child.Run("kept = [pair() for i in range(20)]\nfor c, a in kept: c.send(b'x')");

        var used = new HashSet<int>();
        for (var shard = 0; shard < probe.Shards; shard++)
        {
            var recorder = new EventRecorder();
            probe.Drain(shard, recorder, int.MaxValue);
            foreach (var connection in recorder.Of(child.Tgid))
            {
                Assert.Equal(shard, probe.ShardOf(connection.Id));
                used.Add(shard);
            }
        }

        Assert.Equal(3, used.Count);
    }

    [Fact]
    public void Snapshot_HasLiveConnectionsWithTheirCounts()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions());
        using var child = Child.StartAndWait("c, a = pair()\nc.send(b'12345')\na.recv(2)\nwait_for_go()");

        var connections = new List<ConnectionEvent>();
        probe.SnapshotConnections(connections);
        var own = connections.Where(c => c.Header.Connection.Tgid == child.Tgid).OrderByDescending(c => c.BytesSent);

        Assert.Equal([(5UL, 0UL), (0UL, 2UL)], own.Select(c => (c.BytesSent, c.BytesReceived)));
        child.Go();
    }
}
