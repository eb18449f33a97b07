using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.TestKit;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class ProcFsTasksTests
{
    // Of a shell on Linux 6.18, its name made awkward.
    private static ReadOnlySpan<byte> Stat =>
        "1234 (a (b) c) S 1200 1234 1200 34816 1234 4194304 1799 174589 55 68 8 23 106 72 20 0 3 0 "u8
        + "14329 114384896 2577 18446744073709551615 1 1 0 0 0 0 0 4096 "u8
        + "1073819263 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n"u8;

    private static ReadOnlySpan<byte> Io =>
        "rchar: 5405203\nwchar: 1239158\nsyscr: 10608\nsyscw: 3141\nread_bytes: 17838080\n"u8
        + "write_bytes: 634880\ncancelled_write_bytes: 192512\n"u8;

    [Fact]
    public void ParseStat_LineOfProc_GivesAllFields()
    {
        var (task, process) = (new TaskRecord(), new ProcessRecord());

        var isRunning = ProcFsTasks.ParseStat(Stat, ref task, ref process);

        Assert.True(isRunning);
        Assert.Equal((1799UL, 55UL), (task.MinorFaults, task.MajorFaults));
        Assert.Equal((80_000_000UL, 230_000_000UL, 310_000_000UL), (task.UserNs, task.KernelNs, task.RuntimeNs));
        Assert.Equal((1200U, 3U), (process.Parent, process.Threads));
        Assert.Equal((143_290_000_000UL, 27926UL, 2577UL),
            (process.StartNs, process.VirtualPages, process.ResidentPages));
        Assert.True(((ReadOnlySpan<byte>)process.Comm).StartsWith("a (b) c\0"u8));
    }

    [Theory]
    [InlineData("12 (x) Z 1 12 1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0")]
    [InlineData("12 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 5 0 0")]
    [InlineData("12 (cut")]
    [InlineData("")]
    public void ParseStat_ZombieKernelThreadOrRubbish_IsNoProcess(string line)
    {
        var (task, process) = (new TaskRecord(), new ProcessRecord());

        Assert.False(ProcFsTasks.ParseStat(System.Text.Encoding.ASCII.GetBytes(line), ref task, ref process));
    }

    [Fact]
    public void ParseStat_CutAtEveryByte_NeverThrows()
    {
        for (var length = 0; length <= Stat.Length; length++)
        {
            var (task, process) = (new TaskRecord(), new ProcessRecord());
            ProcFsTasks.ParseStat(Stat[..length], ref task, ref process);
            ProcFsTasks.ParseIo(Io[..Math.Min(length, Io.Length)], ref task);
            Assert.True(task.MinorFaults <= 1799);
        }
    }

    [Fact]
    public void ParseIo_FileOfProc_GivesTheFourCounts()
    {
        var task = new TaskRecord();

        ProcFsTasks.ParseIo(Io, ref task);

        Assert.Equal((5405203UL, 1239158UL), (task.RcharBytes, task.WcharBytes));
        Assert.Equal((17838080UL, 634880UL), (task.ReadBytes, task.WriteBytes));
    }

    [Fact]
    public void Read_ThisMachine_AllocatesNothingPerProcess()
    {
        using var table = new ProcessTable(() => new ProcFsTasks("asked for by a test"));
        var nowNs = 1_000_000_000L;

        var allocated = Allocations.Least(() => table.Refresh(nowNs += 1_000_000_000), bound: 2048);

        Assert.Contains(table.Running, entry => entry.Tgid == Environment.ProcessId);
        Assert.InRange(allocated, 0, 2048); // of the listing of /proc, however many processes there are
    }
}
