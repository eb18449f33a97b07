using PixieOrleans.Kernel.Tests.Sockets;
using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.TestKit;

namespace PixieOrleans.Kernel.Tests.Processes;

/// <summary>The iterator's records beside those that /proc gives of the same process.</summary>
public sealed class TaskIteratorTests
{
    private const ulong TickNs = 10_000_000;

    [Fact]
    public void Read_QuietProcessWithThreads_TellsWhatProcTells()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");
        using var child = Child.StartAndWait("""
            for i in range(6): threading.Thread(target=lambda: select.select([sys.stdin], [], []), daemon=True).start()
            for i in range(3): t = threading.Thread(target=lambda: sum(range(200000))); t.start(); t.join()
            data = os.urandom(1 << 20)
            os.write(os.open('/dev/null', os.O_WRONLY), data)
            wait_for_go()
            """);
        using var iterated = new ProcessTable(TaskIterator.Open);
        using var listed = new ProcessTable(() => new ProcFsTasks("the oracle of a test"));

        iterated.Refresh(1);
        listed.Refresh(1);

        var (ours, theirs) = (iterated.Find(child.Tgid)!, listed.Find(child.Tgid)!);
        Assert.Equal(theirs.StartTicks, ours.StartTicks);
        Assert.Equal(Counts(theirs), Counts(ours));
        Assert.Equal(Facts(theirs), Facts(ours));
        Assert.Equal(7U, ours.Process.Threads);
        var (user, kernel) = ((long)(ours.UserNs - theirs.UserNs), (long)(ours.KernelNs - theirs.KernelNs));
        Assert.InRange(user + kernel, 0, 2 * (long)TickNs); // /proc cuts both to ticks
        Assert.InRange(Math.Abs((long)ours.Process.ResidentPages - (long)theirs.Process.ResidentPages), 0, 512);
    }

    [Fact]
    public void Read_AllProcesses_AreThoseOfProc()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");
        using var iterated = new ProcessTable(TaskIterator.Open);
        using var listed = new ProcessTable(() => new ProcFsTasks("the oracle of a test"));

        listed.Refresh(1);
        iterated.Refresh(1);
        listed.Refresh(1_000_000_001);

        // What both readings of /proc saw has lived in between. A process without namespaces is hidden, as the first
        // one is on some machines.
        var both = listed.Running
            .Where(e => e.FirstPass == 1 && e.Process.NetNamespace != 0).Select(e => (e.Tgid, e.StartTicks)).ToList();
        Assert.NotEmpty(both);
        Assert.Empty(both.Except(iterated.Running.Select(e => (e.Tgid, e.StartTicks))));
    }

    [Fact]
    public void Refresh_OverAndOver_AllocatesNothingPerProcess()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "loading BPF programs needs root");
        using var table = new ProcessTable(TaskIterator.Open);
        var nowNs = 0L;

        var allocated = Allocations.Least(() => table.Refresh(nowNs += 1_000_000_000), bound: 1024);

        Assert.InRange(allocated, 0, 1024); // the handle of a pass
    }

    private static (ulong MinorFaults, ulong MajorFaults, ulong Rchar, ulong Wchar, ulong Read, ulong Write) Counts(
        ProcessEntry entry) => (
        entry.Totals.MinorFaults,
        entry.Totals.MajorFaults,
        entry.Totals.RcharBytes,
        entry.Totals.WcharBytes,
        entry.Totals.ReadBytes,
        entry.Totals.WriteBytes);

    private static (uint Parent, ulong Virtual, uint Net, uint Mount, uint Inner, string Comm) Facts(
        ProcessEntry entry)
    {
        ref readonly var process = ref entry.Process;
        ReadOnlySpan<byte> comm = process.Comm;
        return (process.Parent, process.VirtualPages, process.NetNamespace, process.MountNamespace, process.InnerPid,
            System.Text.Encoding.UTF8.GetString(comm.TrimEnd((byte)0)));
    }
}
