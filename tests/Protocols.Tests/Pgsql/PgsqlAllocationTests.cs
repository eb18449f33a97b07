using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Pgsql;

namespace PixieOrleans.Protocols.Tests.Pgsql;

[Collection(AllocationCollection.Name)]
public sealed class PgsqlAllocationTests
{
    private const int StartChunks = 2;

    [Theory]
    [InlineData("pgbench-simple", 14)]
    [InlineData("pgbench-extended", 56)]
    [InlineData("pgbench-prepared", 49)]
    [InlineData("asyncpg", 18)]
    public void OnData_SteadyTraffic_AllocatesNothing(string name, int rows)
    {
        var chunks = PgsqlRecording.Load(name)[^1].Where(chunk => chunk.Bytes is not [(byte)'X', ..]).ToArray();

        SteadyTraffic.AllocatesNothing(
            new PgsqlProtocol(new FramingOptions()), rows, chunks[StartChunks..], chunks[..StartChunks]);
    }
}
