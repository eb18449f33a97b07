using System.Globalization;
using System.Text.Json;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.NodeProbe.Networks;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Networks;

/// <summary>Two network namespaces joined by a link, and what ip tells about their interfaces.</summary>
public sealed class NetworkStatsSourceTests
{
    // A process of a new namespace, with a link into that of another program; datagrams go through it.
    private const string Script =
        """
        import ctypes, json, os, signal, socket, subprocess
        def leave():
            if ctypes.CDLL(None, use_errno=True).unshare(0x40000000): raise OSError(ctypes.get_errno(), 'unshare')
        def run(*command): subprocess.run(command, check=True)
        r, w = os.pipe()
        peer = os.fork()
        if peer == 0:
            leave(); os.write(w, b'x'); os.execvp('sleep', ['sleep', '600'])
        leave()
        os.read(r, 1)
        run('ip', 'link', 'add', 'one', 'type', 'veth', 'peer', 'name', 'two', 'netns', str(peer))
        run('ip', 'addr', 'add', '10.231.7.1/24', 'dev', 'one'); run('ip', 'link', 'set', 'one', 'up')
        enter = ['nsenter', '-n', '-t', str(peer)]
        run(*enter, 'ip', 'addr', 'add', '10.231.7.2/24', 'dev', 'two'); run(*enter, 'ip', 'link', 'set', 'two', 'up')
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        def sent():
            told = subprocess.run(['ip', '-j', '-s', 'link', 'show', 'one'], check=True, stdout=subprocess.PIPE)
            return json.loads(told.stdout)[0]['stats64']['tx']['bytes']
        while sent() < 100_000: # a link that is not up yet swallows them
            for i in range(100): s.sendto(b'x' * 1000, ('10.231.7.2', 9))
        print('ready', peer, flush=True)
        signal.pause()
        """;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rows_OfTwoNamespaces_EqualWhatIpTells()
    {
        Programs.RequireRoot();
        Programs.Require("ip", "iproute2");
        await using var child = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", Script]);
        await SourceFixture.Until(() => child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
        SkipWithoutNamespaces(child);
        var peer = int.Parse(child.Output.Split(' ')[^1], CultureInfo.InvariantCulture);
        using var fixture = new SourceFixture();
        fixture.Entities.Start();
        using var source = new NetworkStatsSource(fixture.Context);
        source.Start();
        try
        {
            await SourceFixture.Until(() =>
                PodOf(fixture, child.Id).Length > 0 && PodOf(fixture, peer).Length > 0);

            foreach (var process in new[] { child.Id, peer })
            {
                await AssertRowEqualsIpAsync(fixture, source, process);
            }

            AssertHostIsThereOnce(fixture);
        }
        finally
        {
            fixture.Entities.Stop();
        }
    }

    private static async Task AssertRowEqualsIpAsync(SourceFixture fixture, NetworkStatsSource source, int process)
    {
        long[] before, row, after;
        var attempts = 0;
        do // neighbour discovery may send a packet in between
        {
            before = await IpAsync(process);
            source.Tick(fixture.Clock.NowNs);
            after = await IpAsync(process);
            row = RowsOf(fixture, PodOf(fixture, process))[^1];
        }
        while (!before.SequenceEqual(after) && ++attempts < 20);

        Assert.Equal(after, row);
        Assert.True(row.Max() >= 100_000, "100 datagrams of 1,000 bytes went through");
    }

    private static void AssertHostIsThereOnce(SourceFixture fixture)
    {
        var rows = fixture.Read("network_stats", "time_", "pod_id");
        var host = EntityNames.IdOf(SourceFixture.NodeName, "host");

        Assert.Contains(rows, row => row.EndsWith(host, StringComparison.Ordinal));
        Assert.Equal(rows.Distinct(), rows); // a namespace of many processes is one row
    }

    private static void SkipWithoutNamespaces(ChildProcess child)
    {
        if (child.HasExited)
        {
            throw Programs.Skip($"network namespaces cannot be made here: {child.Output}");
        }
    }

    private static string PodOf(SourceFixture fixture, int process)
    {
        fixture.Context.Processes.Refresh(fixture.Clock.NowNs);
        var ticks = fixture.Context.Processes.Find((uint)process)?.StartTicks ?? 0;
        var entities = fixture.Entities.Picture.Entities;
        var upid = new Model.Upid(SourceFixture.Asid, (uint)process, ticks).ToUInt128();
        return entities.FindProcess(upid)?.PodId ?? "";
    }

    private static List<long[]> RowsOf(SourceFixture fixture, string pod) =>
    [
        .. fixture.Read(
                "network_stats", "pod_id", "rx_bytes", "rx_packets", "rx_errors", "rx_drops", "tx_bytes", "tx_packets",
                "tx_errors", "tx_drops")
            .Where(line => line.StartsWith(pod, StringComparison.Ordinal))
            .Select(line => line.Split(' ')[1..]
                .Select(cell => long.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
    ];

    private static async Task<long[]> IpAsync(int process)
    {
        var text = await ChildProcess.RunAsync(
            "nsenter", ["-n", "-t", $"{process}", "ip", "-s", "-j", "link", "show", "type", "veth"], Cancelled);
        var stats = JsonDocument.Parse(text).RootElement[0].GetProperty("stats64");
        return [.. Numbers(stats.GetProperty("rx")), .. Numbers(stats.GetProperty("tx"))];

        static IEnumerable<long> Numbers(JsonElement side) =>
            new[] { "bytes", "packets", "errors", "dropped" }.Select(name => side.GetProperty(name).GetInt64());
    }
}
