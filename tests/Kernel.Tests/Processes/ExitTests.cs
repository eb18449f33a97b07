using PixieOrleans.Kernel.Tests.Sockets;
using PixieOrleans.NodeProbe.Processes;

namespace PixieOrleans.Kernel.Tests.Processes;

public sealed class ExitTests : IDisposable
{
    private readonly Recorder _exits = new();
    private ExitProbe? _probe;

    public void Dispose() => _probe?.Dispose();

    [Fact]
    public void Drain_ThousandsOfShortProcesses_HasEveryExitOnce()
    {
        var processes = Environment.GetEnvironmentVariable("VM_GUEST") == null ? 5000 : 300;
        var probe = Open(1 << 20);

        using var child = Child.Run($$"""
            pids = []
            for i in range({{processes}}):
                pid = os.fork()
                if pid == 0: os._exit(7)
                os.waitpid(pid, 0); pids.append(pid)
            report(pids=pids)
            """);
        probe.Drain(_exits);

        var pids = child.Facts.GetProperty("pids").EnumerateArray().Select(p => p.GetUInt32()).ToList();
        var seen = _exits.Of(pids.ToHashSet());
        Assert.Equal(pids, seen.Select(e => e.Tgid));
        Assert.All(seen, e => Assert.Equal(7U << 8, e.Status));
        Assert.Equal(0, probe.Lost);
    }

    [Fact]
    public void Drain_LeaderThatEndsFirst_TellsTheLastThreadsCode()
    {
        var probe = Open(1 << 16);

        using var child = Child.Run("""
            pid = os.fork()
            if pid == 0:
                def last():
                    leader = '/proc/%d/task/%d/stat' % (os.getpid(), os.getpid())
                    while open(leader).read().rsplit(')', 1)[1][1] != 'Z': pass
                    os._exit(9)
                threading.Thread(target=last).start()
                libc.syscall(60, 3) # exit(2) of the leader alone
            _, status = os.waitpid(pid, 0)
            report(pid=pid, status=status)
            """);
        probe.Drain(_exits);

        var exit = Assert.Single(_exits.Of([(uint)child.Number("pid")]));
        Assert.Equal((uint)child.Number("status"), exit.Status);
        Assert.Equal(9U << 8, exit.Status);
    }

    [Fact]
    public void Drain_ThreadsThatEndTogether_AreOneProcess()
    {
        var probe = Open(1 << 16);

        using var child = Child.Run("""
            pids = []
            for i in range(50):
                pid = os.fork()
                if pid == 0:
                    for n in range(8): threading.Thread(target=lambda: libc.pause(), daemon=True).start()
                    os._exit(i)
                os.waitpid(pid, 0); pids.append(pid)
            report(pids=pids)
            """);
        probe.Drain(_exits);

        var pids = child.Facts.GetProperty("pids").EnumerateArray().Select(p => p.GetUInt32()).ToHashSet();
        var byProcess = _exits.Of(pids).GroupBy(e => (e.Tgid, e.StartNs)).ToList();
        Assert.Equal(50, byProcess.Count);
        Assert.All(byProcess, twins => Assert.Single(twins.Select(e => e.Status).Distinct()));
    }

    [Fact]
    public void Drain_RingFull_CountsWhatIsLost()
    {
        var probe = Open(4096); // 85 records

        using var child = Child.Run("""
            for i in range(200):
                pid = os.fork()
                if pid == 0: os._exit(0)
                os.waitpid(pid, 0)
            """);
        var drained = probe.Drain(_exits);

        Assert.InRange(drained, 80, 90);
        Assert.True(probe.Lost >= 200 - drained, $"{probe.Lost} lost, {drained} drained");
    }

    private ExitProbe Open(int ringBytes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");
        return _probe = ExitProbe.Open(ringBytes);
    }

    private sealed class Recorder : IExitConsumer
    {
        private readonly List<ExitRecord> _exits = [];

        public void OnExit(in ExitRecord exit) => _exits.Add(exit);

        public List<ExitRecord> Of(HashSet<uint> processes) => [.. _exits.Where(e => processes.Contains(e.Tgid))];
    }
}
