using PixieOrleans.NodeProbe.Bpf;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Many calls under way at once, and the events that kprobes need for them.</summary>
public sealed class PendingCallsTests
{
    private const int Connections = 64;
    private const string OnlyKprobes = "only kprobes have room for so many calls and no more";

    // Sends only when every thread is inside recvfrom (45), as the kernel tells.
    private const string ReceiveOnAllAtOnce =
        """
        import time
        s = listen(); pairs = []
        for i in range(64):
            c = socket.create_connection(s.getsockname()); a, _ = s.accept(); pairs.append((c, a))
        threads = [threading.Thread(target=a.recv, args=(10,)) for c, a in pairs]
        for t in threads: t.start()
        def waits(task):
            with open(f'/proc/self/task/{task}/syscall') as f: return f.read().startswith('45 ')
        deadline = time.monotonic() + 30
        while sum(map(waits, os.listdir('/proc/self/task'))) < 64: assert time.monotonic() < deadline
        for c, a in pairs: c.send(b'message')
        for t in threads: t.join()
        """;

    [Fact]
    public void ReceiveOn64ConnectionsAtOnce_IsSeenOnAll()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles });

        using var child = Child.Run(ReceiveOnAllAtOnce);

        Assert.Equal(Connections, MessagesReceived(probe, child));
        Assert.Equal(0, Misses(probe) ?? 0);
        Assert.All(probe.Hooks.Where(h => h.Attached), h => Assert.Null(h.Error));
    }

    [Fact]
    public void CallsBeyondTheRoomOfKprobes_AreCounted()
    {
        using var probe = TestProbe.Start(new SocketProbeOptions { Roles = TestProbe.AllRoles, MaxPendingCalls = 8 });
        Assert.SkipUnless(probe.HooksInUse == HookKind.Kprobe, OnlyKprobes);

        using var child = Child.Run(ReceiveOnAllAtOnce);

        var seen = MessagesReceived(probe, child);
        Assert.InRange(seen, 1, Connections - 1);
        Assert.True(Misses(probe) >= Connections - seen, $"{seen} seen, {Misses(probe)} counted as missed");
    }

    [Fact]
    public void Dispose_RemovesTheEventsOfKprobes()
    {
        var root = TraceFs.Find(out _);
        var before = Events(root);

        using (var probe = TestProbe.Start(new SocketProbeOptions()))
        {
            Assert.SkipUnless(probe.HooksInUse == HookKind.Kprobe, OnlyKprobes);
            Assert.True(Events(root).Length >= before.Length + 17);
        }

        Assert.Equal(before, Events(root));
    }

    [Fact]
    public void Start_RemovesTheEventsThatADeadProcessLeft()
    {
        var root = TraceFs.Find(out var reason);
        Assert.SkipUnless(root != null, reason);
        using var dead = Child.Run("");
        var left = $"p{dead.Tgid}_1_1___x64_sys_getppid";
        var kept = $"other_{dead.Tgid}";
        Assert.SkipUnless(
            TraceFs.Append(root, "kprobe_events", $"r:pxo/{left} __x64_sys_getppid") == 0, "no events of kprobes here");
        Assert.Equal(0, TraceFs.Append(root, "kprobe_events", $"r:pxo/{kept} __x64_sys_getppid"));
        try
        {
            using var probe = TestProbe.Start(new SocketProbeOptions());
            Assert.SkipUnless(probe.HooksInUse == HookKind.Kprobe, OnlyKprobes);

            Assert.DoesNotContain(left, Events(root));
            Assert.Contains(kept, Events(root));
        }
        finally
        {
            _ = TraceFs.Append(root, "kprobe_events", $"-:pxo/{left}");
            _ = TraceFs.Append(root, "kprobe_events", $"-:pxo/{kept}");
        }
    }

    private static int MessagesReceived(SocketProbe probe, Child child) =>
        probe.DrainAll().Of(child.Tgid)
            .Count(c => c.Bytes(EventRecorder.Ingress).AsSpan().SequenceEqual("message"u8));

    private static long? Misses(SocketProbe probe) =>
        probe.ReadCounters().SingleOrDefault(c => c.Name == SocketProbe.MissedReturns)?.PerCpu.Sum();

    private static string[] Events(string? root) =>
        Directory.Exists($"{root}/events/pxo")
            ? [.. Directory.GetDirectories($"{root}/events/pxo").Select(p => Path.GetFileName(p)).Order()]
            : [];
}
