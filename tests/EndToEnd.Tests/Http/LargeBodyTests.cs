using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Http;

/// <summary>Bodies whose bytes never reach user space of the server: their size is in the row all the same.</summary>
[Collection(SiloCollection.Name)]
public sealed class LargeBodyTests(SiloFixture fixture)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Row_OfTwoGibibytesBySendfile_HasTheFullSize()
    {
        const long Size = 2L << 30;
        await using var server = await HttpServers.NginxAsync(Cancel);
        var curl = Programs.Require("curl", "curl");
        await using (var sparse = File.Create(Path.Combine(server.Root, "large")))
        {
            sparse.SetLength(Size);
        }

        await ChildProcess.RunAsync(
            curl,
            ["-s", "-o", "/dev/null", $"{server.Address}files/large", "-o", "/dev/null", $"{server.Address}after"],
            Cancel);

        var log = await server.Log.WaitAsync(2, Cancel);
        var (rows, _) = await fixture.HttpEvents.WaitAsync(server, 2, Cancel);
        AssertRows.EqualLog(log, rows); // the second request shares the connection: positions are right after the gap
        Assert.Equal(Size, rows.Single(row => row.Path == "/files/large").BodyBytes);
    }
}
