using System.Diagnostics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using PixieOrleans.NodeProbe.Status;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Sockets;

/// <summary>
/// Connections that begin like a protocol and go on as something else, over real sockets: each is given up, named, and
/// the kernel stops copying its bytes. Needs root.
/// </summary>
public sealed class DemotionTests
{
    private const int NoiseBytes = 64 << 10; // of each connection, both before and after it is given up

    /// <summary>Beginnings that the kernel recognises, as python writes them, by the name of the protocol.</summary>
    private static readonly (string Protocol, string Beginning)[] Beginnings =
    [
        ("Http", @"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
        ("Http2", @"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
        ("Redis", @"*1\r\n$4\r\nPING\r\n"),
        ("Memcached", @"get key\r\n"),
        ("Pgsql", @"Q\0\0\0\x0dSELECT 1\0"),
        ("Mysql", @"\x09\0\0\0\x03SELECT 1"),
        ("Kafka", @"\0\0\0\x0e\0\x12\0\0\0\0\0\x01\0\x04test"),
        ("Nats", @"SUB foo 1\r\n"),
        ("Amqp", @"AMQP\0\0\x09\x01"),
        ("Mqtt", @"\x10\x0d\0\x04MQTT\x04\x02\0\x3c\0\x01a"),
        ("Mux", @"\0\0\0\x04\x41\0\0\x01"),
        ("Dns", @"\0\x11\0\x01\x01\0\0\x01\0\0\0\0\0\0\0\0\x01\0\x01"),
        ("Tls", @"\x16\x03\x01\0\x05\x01\0\0\x01\0"),
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Noise_AfterTheBeginningOfEachProtocol_IsGivenUpAndNamed()
    {
        Programs.RequireRoot();
        using var child = Noise();
        await using var services = Services(child.Id);
        var node = services.GetRequiredService<NodeRuntime>();
        await node.StartAsync(1, Cancelled);
        var source = node.GetStatus().Sources[0];
        Assert.SkipUnless(source.State == SourceState.Running, source.Error);
        string[] expected = [.. Beginnings.Select(b => b.Protocol), "Dns", "Mysql"]; // of these both sides are traced
        child.StandardInput.WriteLine();

        await Poll.UntilAsync(
            () => Task.FromResult(Named(node, child.Id).Count == expected.Length), TimeSpan.FromSeconds(20),
            () => $"given up: {string.Join(", ", Named(node, child.Id))}", Cancelled);
        var seen = node.GetCompleteness(0, long.MaxValue).EventsSeen;
        child.StandardInput.WriteLine();
        Assert.Equal("done", await child.StandardOutput.ReadLineAsync(Cancelled));

        Assert.Equal(expected.Order(), Named(node, child.Id).Order());
        await node.StopAsync(Cancelled); // takes what is in the rings
        var after = node.GetCompleteness(0, long.MaxValue).EventsSeen - seen;
        Assert.InRange(after, 0, NoiseBytes / 1024 / 2); // of one connection alone it would be twice as many
        Assert.True(node.GetStatus().Connections.Demoted >= expected.Length);
    }

    // Protocols of the connections of a process that rows of probe_status name.
    private static List<string> Named(NodeRuntime node, int pid) =>
        [.. TableText.Read(node.Tables, "probe_status", "info")
            .Where(info => info.Contains($"\"pid\":{pid},", StringComparison.Ordinal)
                && info.Contains("\"peer\":\"127.0.0.1:", StringComparison.Ordinal))
            .Select(info => info.Split("\"protocol\":\"")[1].Split('"')[0])];

    // A server whose connections begin as told and go on with noise; once after each line that it is sent.
    private static Process Noise()
    {
        var beginnings = string.Join(",", Beginnings.Select(b => $"b'{b.Beginning}'"));
        var script = $"""
            import random, socket, sys
            listener = socket.socket(); listener.bind(('127.0.0.1', 0)); listener.listen(64)
            random.seed(1); pairs = []; sys.stdin.readline()
            for beginning in ({beginnings}):
                c = socket.socket(); c.connect(listener.getsockname()); s, _ = listener.accept()
                c.sendall(beginning); s.recv(1000); pairs.append((c, s))
            def noise():
                for c, s in pairs:
                    for _ in range({NoiseBytes} // 1024):
                        c.sendall(random.randbytes(1024)); s.recv(1024, socket.MSG_WAITALL)
            noise()
            sys.stdin.readline(); noise(); print('done', flush=True); sys.stdin.readline()
            """;
        var start = new ProcessStartInfo(Programs.Require("python3", "python3"))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script);
        return Process.Start(start)!;
    }

    private static ServiceProvider Services(int pid) => new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection([new("NodeProbe:ScopePids:0", $"{pid}")]).Build())
        .AddLogging()
        .AddNodeProbe()
        .BuildServiceProvider();
}
