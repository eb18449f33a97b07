using System.Diagnostics;
using PixieOrleans.NodeProbe.Sockets;

namespace PixieOrleans.Kernel.Tests.Sockets;

/// <summary>Only calls in scope are looked at.</summary>
public sealed class ScopeTests
{
    private const string Talk = "c, a = pair()\nwait_for_go()\nc.send(b'x')";

    [Fact]
    public void Processes_NamedAndForked_AreTraced_OthersNot()
    {
        using var inside = Child.StartAndWait("""
            wait_for_go()
            pid = os.fork()
            if pid == 0: pair(); os._exit(0)
            os.waitpid(pid, 0); report(worker=pid)
            """);
        using var outside = Child.StartAndWait(Talk);
        using var probe = TestProbe.Start(new SocketProbeOptions
        {
            Scope = SocketScopeKind.Processes,
            ScopeProcesses = [(int)inside.Tgid],
        });

        outside.Go();
        inside.Go();

        var events = probe.DrainAll();
        Assert.Empty(events.Of(outside.Tgid));
        Assert.Equal(2, events.Of((uint)inside.Number("worker")).Count);
    }

    [Fact]
    public void NetworkNamespace_IsTraced_OthersNot()
    {
        using var inside = Child.StartAndWait($"""
            assert libc.unshare(0x40000000) == 0
            os.system('ip link set lo up')
            {Talk}
            """);
        using var outside = Child.StartAndWait(Talk);
        using var probe = TestProbe.Start(new SocketProbeOptions
        {
            Scope = SocketScopeKind.NetworkNamespace,
            ScopeNetworkNamespace = TestProbe.NamespaceOf((int)inside.Tgid),
        });

        outside.Go();
        inside.Go();

        var events = probe.DrainAll();
        Assert.Empty(events.Of(outside.Tgid));
        Assert.Single(events.Of(inside.Tgid));
    }

    [Fact]
    public void Cgroup_WithItsSubtree_IsTraced_OthersNot()
    {
        var mounts = File.ReadLines("/proc/self/mounts").Select(l => l.Split(' '));
        var mount = mounts.FirstOrDefault(f => f[2] == "cgroup2")?[1];
        Assert.SkipWhen(mount == null, "no cgroup v2 is mounted");
        var name = $"pxo-test-{Environment.ProcessId}";
        var folder = Directory.CreateDirectory($"{mount}/{name}/pod/container");
        try
        {
            using var inside = Child.StartAndWait(Talk);
            File.WriteAllText($"{folder.FullName}/cgroup.procs", $"{inside.Tgid}");
            using var outside = Child.StartAndWait(Talk);
            using var probe = TestProbe.Start(new SocketProbeOptions
            {
                Scope = SocketScopeKind.Cgroup,
                ScopeCgroup = $"{name}/pod",
            });

            outside.Go();
            inside.Go();

            var events = probe.DrainAll();
            Assert.Empty(events.Of(outside.Tgid));
            Assert.Single(events.Of(inside.Tgid));
        }
        finally
        {
            RemoveCgroups($"{mount}/{name}");
        }
    }

    /// <summary>A cgroup goes by rmdir once its last process is reaped.</summary>
    private static void RemoveCgroups(string root)
    {
        foreach (var folder in new[] { $"{root}/pod/container", $"{root}/pod", root })
        {
            using var rmdir = Process.Start("rmdir", [folder]);
            rmdir.WaitForExit();
        }
    }
}
