using PixieOrleans.Model;
using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Protocols.Tests.Pgsql;

[Collection(AllocationCollection.Name)]
public sealed class PgsqlAllocationTests
{
    [Theory]
    [InlineData("pgbench-simple")]
    [InlineData("pgbench-extended")]
    [InlineData("pgbench-prepared")]
    [InlineData("asyncpg")]
    public void OnData_SteadyTraffic_AllocatesNothing(string name)
    {
        var chunks = PgsqlRecording.Load(name)[^1].Where(chunk => chunk.Bytes is not [(byte)'X', ..]).ToArray();
        var rows = new NullRows();
        using var session = new PgsqlProtocol(new FramingOptions()).CreateSession(new SessionContext
        {
            Id = new ConnectionId(new Upid(1, 2, 3), 4, 5),
            Local = Endpoint.FromNetworkBytes([10, 0, 0, 1], 5432),
            Remote = Endpoint.FromNetworkBytes([10, 0, 0, 2], 4000),
            Role = Role.Server,
            Rows = rows,
            Counters = new SessionCounters(),
        });
        var positions = new ulong[2];
        Replay(from: 0);
        var conversation = rows.Count;
        Replay(from: 2);

        var least = long.MaxValue; // of a few attempts: a collection in between trims the pools of arrays
        for (var i = 0; i < 20; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            Replay(from: 2); // after the start-up
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
        Assert.Equal(conversation + (21 * (conversation - 1)), rows.Count);

        void Replay(int from)
        {
            for (var i = from; i < chunks.Length; i++)
            {
                var (direction, bytes) = chunks[i];
                session.OnData(direction, positions[(int)direction], 1000, bytes);
                positions[(int)direction] += (ulong)bytes.Length;
            }
        }
    }
}
