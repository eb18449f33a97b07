using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.EndToEnd.Tests.Faults;

/// <summary>A ring far too small for the load: what is lost is counted and said.</summary>
[Collection(SiloCollection.Name)]
public sealed class RingOverrunTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Answer_AfterARingOverrun_SaysWhatIsLost()
    {
        await using var silo = await SiloProcess.StartAsync(["--NodeProbe:DataRingBytes=65536"], Cancel);
        await using var server = await HttpServers.NginxAsync(Cancel);
        var events = new HttpEvents(silo.Client);

        var load = await Wrk.RunAsync(server.Address, 64, TimeSpan.FromSeconds(2), Cancel);

        var log = await server.Log.WaitAsync((int)load.Requests, Cancel);
        var (rows, answer) = await events.ReadAsync(server, Cancel);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{log.Count} logged, {rows.Count} rows; {answer.Completeness}");
        Assert.InRange(rows.Count, 0, log.Count - 1);
        Assert.False(answer.IsComplete, answer.Completeness);
        Assert.True(answer.LostEvents > 0, answer.Completeness);
    }

    [Fact]
    public async Task Silo_AtSigterm_EndsWithZero()
    {
        await using var silo = await SiloProcess.StartAsync([], Cancel);

        var exitCode = await silo.StopAsync(Cancel);

        Assert.Equal(0, exitCode);
    }
}
