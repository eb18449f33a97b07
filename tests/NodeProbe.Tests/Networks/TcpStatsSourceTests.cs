using System.Globalization;
using PixieOrleans.NodeProbe.Networks;
using PixieOrleans.NodeProbe.Sources;
using PixieOrleans.NodeProbe.Tests.Sources;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Networks;

public sealed class TcpStatsSourceTests
{
    private const string TwoWays =
        """
        import signal, socket
        for family, host in ((socket.AF_INET, '127.0.0.1'), (socket.AF_INET6, '::1')):
            s = socket.socket(family); s.bind((host, 0)); s.listen()
            c = socket.create_connection(s.getsockname()[:2]); a, _ = s.accept()
            for i in range(10): c.sendall(b'x' * 100)
            got = 0
            while got < 1000: got += len(a.recv(4096))
            a.sendall(b'y' * 7); c.recv(7, socket.MSG_PEEK); c.recv(7)
            print(c.getsockname()[1], s.getsockname()[1], flush=True)
        print('ready', flush=True)
        signal.pause()
        """;

    // Nobody has the address at the other end of the link: the first segment is sent again after 1 s.
    private const string Unheard =
        """
        import ctypes, signal, socket, subprocess
        if ctypes.CDLL(None, use_errno=True).unshare(0x40000000): raise OSError(ctypes.get_errno(), 'unshare')
        for c in ('link add d0 type veth peer name d1', 'addr add 10.231.8.1/24 dev d0', 'link set d1 up',
                  'link set d0 arp off up'):
            subprocess.run(['ip', *c.split()], check=True)
        s = socket.socket(); s.setblocking(False)
        try: s.connect(('10.231.8.2', 80))
        except BlockingIOError: pass
        def sent_again():
            lines = [l.split() for l in open('/proc/self/net/snmp') if l.startswith('Tcp:')]
            return int(lines[1][lines[0].index('RetransSegs')])
        while sent_again() < 1: signal.sigtimedwait([], 0.05)
        print('ready', flush=True)
        signal.pause()
        """;

    [Fact]
    public async Task Rows_OfConnections_HaveBytesOfBothSides()
    {
        Programs.RequireRoot();
        using var fixture = new SourceFixture();
        using var source = Start(fixture);
        await using var child = await StartAsync(TwoWays);

        source.Tick(fixture.Clock.NowNs);

        var ports = child.Output.Split('\n').Where(l => l.Contains(' ', StringComparison.Ordinal)).ToList();
        var rows = RowsOf(fixture, child.Id);
        foreach (var (pair, host) in ports.Zip(["127.0.0.1", "::1"]))
        {
            var (client, server) = (pair.Split(' ')[0], pair.Split(' ')[1]);
            Assert.Contains($"{host} {client} {host} {server} 1000 7 0", rows);
            Assert.Contains($"{host} {server} {host} {client} 7 1000 0", rows);
        }

        Assert.Equal(4, rows.Count);
        source.Tick(fixture.Clock.NowNs);
        Assert.Equal(4, RowsOf(fixture, child.Id).Count); // nothing happened since
    }

    [Fact]
    public async Task Rows_OfAPeerThatHearsNothing_CountRetransmits()
    {
        Programs.RequireRoot();
        Programs.Require("ip", "iproute2");
        using var fixture = new SourceFixture();
        using var source = Start(fixture);
        await using var child = await StartAsync(Unheard);

        source.Tick(fixture.Clock.NowNs);

        var row = Assert.Single(RowsOf(fixture, child.Id)).Split(' ');
        Assert.Equal(["10.231.8.1", "10.231.8.2", "80", "0", "0"], [row[0], .. row[2..6]]);
        Assert.InRange(int.Parse(row[6], CultureInfo.InvariantCulture), 1, 2);
    }

    private static TcpStatsSource Start(SourceFixture fixture)
    {
        var source = new TcpStatsSource(fixture.Context);
        try
        {
            source.Start();
            return source;
        }
        catch (SourceException e)
        {
            source.Dispose();
            throw Programs.Skip(e.Message);
        }
    }

    private static async Task<ChildProcess> StartAsync(string script)
    {
        var child = ChildProcess.Start(Programs.Require("python3", "python3"), ["-c", script]);
        await SourceFixture.Until(() => child.Output.Contains("ready", StringComparison.Ordinal) || child.HasExited);
        Assert.False(child.HasExited, child.Output);
        return child;
    }

    private static List<string> RowsOf(SourceFixture fixture, int processId) =>
    [
        .. fixture.Read(
                "tcp_stats_events", "upid", "local_addr", "local_port", "remote_addr", "remote_port", "tx", "rx",
                "retransmits")
            .Where(row => row.Split(':')[1] == $"{processId}")
            .Select(row => row[(row.IndexOf(' ', StringComparison.Ordinal) + 1)..]),
    ];
}
