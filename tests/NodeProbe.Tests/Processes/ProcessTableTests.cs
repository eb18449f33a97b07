using PixieOrleans.NodeProbe.Processes;
using PixieOrleans.TestKit;

namespace PixieOrleans.NodeProbe.Tests.Processes;

public sealed class ProcessTableTests : IDisposable
{
    private const long SecondNs = 1_000_000_000;

    private readonly ScriptedTasks _tasks = new();
    private readonly ProcessTable _table;

    public ProcessTableTests() => _table = new ProcessTable(() => _tasks);

    public void Dispose() => _table.Dispose();

    [Fact]
    public void Refresh_ThreadsBeforeAndAfterTheLeader_AreSummed()
    {
        _tasks.Passes.Enqueue(table =>
        {
            table.Add(new TaskRecord { Tgid = 40, Pid = 7, RuntimeNs = 30, UserNs = 30, MinorFaults = 1 });
            table.Add(Leader(40, runtimeNs: 100, userNs: 75, kernelNs: 0), new ProcessRecord { StartNs = 50_000_000 });
            table.Add(new TaskRecord { Tgid = 40, Pid = 41, RuntimeNs = 20, KernelNs = 35, MinorFaults = 2 });
        });

        _table.Refresh(SecondNs);

        var entry = Assert.Single(_table.Running);
        Assert.Equal((40U, 5UL, 3UL), (entry.Tgid, entry.StartTicks, entry.Totals.MinorFaults));
        Assert.Equal((113UL, 37UL), (entry.UserNs, entry.KernelNs)); // 150 shared out as 105 to 35
    }

    [Fact]
    public void Refresh_ThreadThatEndsBetween_CountersNeverShrink()
    {
        _tasks.Passes.Enqueue(table => AddProcess(table, 40, runtimeNs: 100, userNs: 60, kernelNs: 40));
        _tasks.Passes.Enqueue(table => AddProcess(table, 40, runtimeNs: 90, userNs: 30, kernelNs: 60));
        _tasks.Passes.Enqueue(table => AddProcess(table, 40, runtimeNs: 120, userNs: 60, kernelNs: 60));

        var seen = new List<(ulong User, ulong Kernel, ulong Runtime)>();
        for (var pass = 1; pass <= 3; pass++)
        {
            _table.Refresh(pass * SecondNs);
            seen.Add((_table.Running[0].UserNs, _table.Running[0].KernelNs, _table.Running[0].Totals.RuntimeNs));
        }

        Assert.Equal([(60, 40, 100), (60, 40, 100), (60, 60, 120)], seen);
    }

    [Fact]
    public void Refresh_NumberOfAnotherProcess_StartsAnew()
    {
        _tasks.Passes.Enqueue(table => AddProcess(table, 40, runtimeNs: 100, userNs: 100, startNs: 10_000_000));
        _tasks.Passes.Enqueue(table => AddProcess(table, 40, runtimeNs: 5, userNs: 5, startNs: 90_000_000));

        _table.Refresh(SecondNs);
        _table.Refresh(2 * SecondNs);

        var entry = Assert.Single(_table.Running);
        Assert.Equal((9UL, 5UL, 2L), (entry.StartTicks, entry.UserNs, entry.FirstPass));
    }

    [Fact]
    public void Refresh_ProcessThatIsGone_IsForgotten()
    {
        _tasks.Passes.Enqueue(table => AddProcess(table, 40));
        _tasks.Passes.Enqueue(table => AddProcess(table, 41));

        _table.Refresh(SecondNs);
        _table.Refresh(2 * SecondNs);

        Assert.Equal([41U], _table.Running.Select(e => e.Tgid));
        Assert.Null(_table.Find(40));
    }

    [Fact]
    public void Refresh_WithinHalfASecond_ReadsNothing()
    {
        _tasks.Passes.Enqueue(table => AddProcess(table, 40));

        _table.Refresh(SecondNs);
        _table.Refresh(SecondNs + 400_000_000);

        Assert.Equal(1, _table.Pass);
    }

    [Fact]
    public void Refresh_TwoThousandProcessesThatComeAndGo_AllocatesNothing()
    {
        const int Processes = 2000;
        var offset = 0U;
        _tasks.Always = table =>
        {
            for (var i = 0U; i < Processes; i++)
            {
                AddProcess(table, 100 + offset + i);
            }
        };
        var nowNs = SecondNs;
        void Refresh(int times)
        {
            for (var i = 0; i < times; i++)
            {
                (offset, nowNs) = ((uint)i % 2 * 10, nowNs + SecondNs);
                _table.Refresh(nowNs);
            }
        }

        Refresh(50);

        var allocated = Allocations.Least(() => Refresh(10));

        Assert.Equal(0, allocated);
        Assert.Equal(Processes, _table.Running.Count);
    }

    private static TaskRecord Leader(uint tgid, ulong runtimeNs, ulong userNs, ulong kernelNs) =>
        new() { Tgid = tgid, Pid = tgid, RuntimeNs = runtimeNs, UserNs = userNs, KernelNs = kernelNs };

    private static void AddProcess(
        ProcessTable table,
        uint tgid,
        ulong runtimeNs = 10,
        ulong userNs = 10,
        ulong kernelNs = 0,
        ulong startNs = 10_000_000) =>
        table.Add(Leader(tgid, runtimeNs, userNs, kernelNs), new ProcessRecord { StartNs = startNs });

    private sealed class ScriptedTasks : ITaskReader
    {
        public Queue<Action<ProcessTable>> Passes { get; } = new();

        public Action<ProcessTable>? Always { get; set; }

        public string Description => "script";

        public void Read(ProcessTable table) => (Always ?? Passes.Dequeue())(table);

        public void Dispose()
        {
        }
    }
}
