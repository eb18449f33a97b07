using System.Diagnostics;
using System.Text;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Clock;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.TestKit;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.NodeProbe.Tests.Entities;

/// <summary>The machine as it is: this process and a child.</summary>
public sealed class ProcReaderTests
{
    private const uint Asid = 3;

    [Fact]
    public void Read_OfThisProcess_TellsWhatItIs()
    {
        var facts = new ProcReader().Read((uint)Environment.ProcessId)!;

        Assert.Equal(Path.GetFileName(Environment.ProcessPath), facts.Executable);
        Assert.StartsWith(Environment.GetCommandLineArgs()[0][..5], facts.CommandLine, StringComparison.Ordinal);
        Assert.StartsWith("net:[", facts.NetNamespace, StringComparison.Ordinal);
        Assert.False(facts.Stat.IsKernelThread);
    }

    [Fact]
    public void Read_OfAProcessThatIsGone_TellsNothing() => Assert.Null(new ProcReader().Read(uint.MaxValue));

    [Fact]
    public async Task Scanner_OfThisMachine_FindsThisProcessAndAChildThatWasSeen()
    {
        var scanner = CreateScanner(scanSeconds: 3600); // the child is found by the note only
        scanner.Start();
        try
        {
            var self = UpidOf((uint)Environment.ProcessId);
            await UntilKnown(scanner, self);
            using var child = Process.Start(new ProcessStartInfo("sleep", "123") { RedirectStandardOutput = true })!;
            try
            {
                await Poll.UntilAsync(
                    () => Task.FromResult(new ProcReader().Read((uint)child.Id)?.Executable == "sleep"),
                    TimeSpan.FromSeconds(10), () => "the child runs its program",
                    TestContext.Current.CancellationToken);
                var upid = UpidOf((uint)child.Id);

                scanner.Seen.Note(upid.Tgid, upid.StartTicks);

                await UntilKnown(scanner, upid);
                var entities = scanner.Picture.Entities;
                var process = entities.FindProcess(upid.ToUInt128())!;
                Assert.Equal("sleep 123", process.CommandLine);
                AssertNames(entities.PodOf(process)!, child.Id);
                Assert.Equal(Environment.MachineName, entities.PodOf(process)!.NodeName);
            }
            finally
            {
                child.Kill();
            }
        }
        finally
        {
            scanner.Stop();
        }

        Assert.Null(scanner.Fault);
    }

    [Fact]
    public void Scan_OfThisMachine_IsCheap()
    {
        const int Scans = 20;
        const int MaxProcessBytes = 2_000; // most are not looked at
        var entities = new HostEntities(Settings(), new ProcReader(), _ => 0);
        entities.Scan(0);
        entities.Scan(5_000_000_000);
        var (watch, nowNs) = (new Stopwatch(), 5_000_000_000L);

        var allocated = Allocations.Least(
            () =>
            {
                for (var i = 0; i < Scans; i++)
                {
                    entities.Scan(nowNs += 5_000_000_000);
                }
            },
            Scans * MaxProcessBytes,
            prepare: watch.Restart);

        var perProcess = allocated / (Scans * (entities.Running + 1));
        TestContext.Current.SendDiagnosticMessage(
            $"{watch.Elapsed.TotalMicroseconds / Scans:F0} µs per scan of {entities.Running} processes, "
            + $"{perProcess} bytes per process");
        Assert.InRange(perProcess, 0, MaxProcessBytes);
    }

    [Fact]
    public void MappedFiles_OfThisProcess_HasTheCLibraryOnce()
    {
        var files = MappedFiles.Read(UpidOf((uint)Environment.ProcessId));

        Assert.Single(files, f => Path.GetFileName(f).StartsWith("libc.so", StringComparison.Ordinal)
            || Path.GetFileName(f).StartsWith("libc-", StringComparison.Ordinal));
        Assert.Empty(MappedFiles.Read(new Upid(Asid, (uint)Environment.ProcessId, 1)));
    }

    [Fact]
    public void ParseStat_NameWithParenthesesAndSpaces_FindsTheFieldsBehind()
    {
        var line = "12 (a b) c) S 4 12 12 0 -1 2097152 0 0 0 0 0 0 0 0 20 0 1 0 987 0 0\n"u8;

        Assert.Equal(new ProcessStat(12, 4, 987, "a b) c", true), ProcReader.ParseStat(12, line));
        Assert.Null(ProcReader.ParseStat(12, "12 no name"u8));
    }

    [Fact]
    public void OfIPv4_OfAFibTrie_LeavesOutLoopback()
    {
        const string Trie = """
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 127.0.0.1
                    /32 host LOCAL
                 |-- 192.0.2.0
                    /24 link UNICAST
                 |-- 192.0.2.2
                    /32 host LOCAL
                 |-- 192.0.2.255
                    /32 link BROADCAST
            """;
        const string Interfaces = """
            fd000000000000000000000000000002 02 40 00 82     eth0
            fe8000000000000000fc00fffe000001 02 40 20 80     eth0
            00000000000000000000000000000001 01 80 10 80       lo
            """;

        Assert.Equal(["192.0.2.2"], LocalAddresses.OfIPv4(Trie));
        Assert.Equal(["fd00::2"], LocalAddresses.OfIPv6(Interfaces));
    }

    [Theory]
    [InlineData("12:pids:/docker/ID\n0::/\n", "Container docker")]
    [InlineData("0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-ID.scope\n", "Container containerd")]
    [InlineData("0::/kubepods/besteffort/pod1/crio-ID.scope\n", "Container crio")]
    [InlineData("1:cpu:/system.slice/containerd.service/kubepods:cri-containerd:ID\n", "Container containerd")]
    [InlineData("9:name=systemd:/system.slice/cron.service\n4:memory:/x\n", "Unit ")]
    [InlineData("0::/user.slice/user-1.slice/user@1.service/app.slice/a.service/sub\n", "Unit ")]
    [InlineData("0::/init.scope\n", "None ")]
    [InlineData("not a cgroup file", "None ")]
    public void Parse_OfACgroupFile_FindsContainerOrUnit(string file, string expected)
    {
        var text = file.Replace("ID", new string('a', 64), StringComparison.Ordinal);

        var place = CgroupPlace.Parse(Encoding.UTF8.GetBytes(text));

        Assert.Equal(expected, $"{place.Kind} {place.Runtime}");
        Assert.Equal(place.Kind == CgroupKind.Unit, place.Name is "cron" or "a");
    }

    [Fact]
    public void DockerName_OfItsSettings_IsTheNameWithoutSlash()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{"ID":"x","Name":"/web"}""");
            Assert.Equal("web", ContainerNames.DockerName(path));
            File.WriteAllText(path, """[{"id":"a","names":["x"]},{"id":"b","names":["db"]}]""");
            Assert.Equal("db", ContainerNames.PodmanName(path, "b"));
            Assert.Null(ContainerNames.DockerName(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertNames(Model.Entities.Pod pod, int processId)
    {
        if (pod.Namespace == EntityNames.Host) // else the tests themselves run in a unit or a container
        {
            Assert.Equal($"host/sleep-{processId}", pod.FullName);
        }
    }

    private static EntityScanner CreateScanner(int scanSeconds) =>
        new(Settings(), new ProcReader(), new SeenProcesses(), new BootClock(), scanSeconds);

    private static HostEntitiesSettings Settings() => new()
    {
        Asid = Asid,
        NodeName = Environment.MachineName,
        HostName = Environment.MachineName,
    };

    private static Upid UpidOf(uint processId) =>
        new(Asid, processId, new ProcReader().ReadStat(processId)!.Value.StartTicks);

    private static Task UntilKnown(EntityScanner scanner, Upid upid) => Poll.UntilAsync(
        () => Task.FromResult(scanner.Picture.Entities.FindProcess(upid.ToUInt128()) is not null),
        TimeSpan.FromSeconds(10),
        () => $"{upid} is known",
        TestContext.Current.CancellationToken);
}
