using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.NodeProbe.Entities;

namespace PixieOrleans.NodeProbe.Tests.Entities;

public sealed class HostEntitiesTests
{
    private const uint Asid = 7;
    private const string Unit = "/system.slice/nginx.service";
    private static readonly string ContainerId = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));
    private readonly FakeProcesses _processes = new();
    private long _nowNs = 1_000_000_000_000;

    public HostEntitiesTests()
    {
        _processes.Start(1, "systemd", "/init.scope", parent: 0, ticks: 1);
        _processes.Addresses[1] = ["192.0.2.7", "fd00::7"];
    }

    [Fact]
    public void Scan_UnitWithWorkers_IsOnePodNamedByItsMainProcess()
    {
        _processes.Start(20, "nginx", Unit, commandLine: "nginx: master");
        _processes.Start(21, "nginx", Unit, parent: 20, ticks: 101);
        _processes.Start(22, "helper", Unit, parent: 21, ticks: 102);

        var entities = Scanned(Create());

        Assert.Equal(["systemd/nginx-20", "systemd/nginx-20", "systemd/nginx-20"], PodsOf(entities, 20, 21, 22));
        var pod = entities.FindPodByName("systemd/nginx-20")!;
        Assert.Equal(("node-a", "box", PodPhase.Running), (pod.NodeName, pod.HostName, pod.Phase));
        Assert.Equal("systemd/nginx", Assert.Single(entities.RunningServicesOf(pod)).FullName);
        Assert.Equal(1_000_000_000, pod.StartNs); // 100 ticks
        Assert.Equal("nginx: master", entities.FindProcess(IdOf(20))!.CommandLine);
    }

    [Theory]
    [InlineData("/system.slice/system-getty.slice/getty@tty1.service", "systemd/getty-tty1", "systemd/getty")]
    [InlineData("/user.slice/user-0.slice/session-3.scope", "host/agetty-30", "host/agetty")]
    [InlineData("/system.slice/docker-ID.scope", "docker/web-0123456789ab", "docker/web")]
    [InlineData(
        "/machine.slice/libpod-ID.scope/container", "podman/0123456789ab-cdef01234567", "podman/0123456789ab")]
    public void Scan_ProcessOfAGroup_NamesItByTheGroup(string group, string pod, string service)
    {
        _processes.Start(30, "agetty", group.Replace("ID", ContainerId, StringComparison.Ordinal));

        var entities = Scanned(Create());

        var found = entities.PodOf(entities.FindProcess(IdOf(30)))!;
        Assert.Equal((pod, service), (found.FullName, Assert.Single(entities.RunningServicesOf(found)).FullName));
    }

    [Fact]
    public void Scan_PlainProgram_IsOnePodPerTree()
    {
        _processes.Start(40, "redis");
        _processes.Start(41, "redis", parent: 40);
        _processes.Start(42, "redis");
        _processes.Start(43, "sh", parent: 40);

        Assert.Equal(
            ["host/redis-40", "host/redis-40", "host/redis-42", "host/sh-43"],
            PodsOf(Scanned(Create()), 40, 41, 42, 43));
    }

    [Fact]
    public void Scan_Container_HasItsAddressesAndTheMachineItsOwn()
    {
        _processes.Start(50, "app", $"/system.slice/docker-{ContainerId}.scope", net: "net:[2]");
        _processes.Addresses[50] = ["172.17.0.2"];

        var entities = Scanned(Create());

        Assert.Equal("docker/web-0123456789ab", entities.FindPodByAddress("172.17.0.2")!.FullName);
        Assert.Equal("host/box", entities.FindPodByAddress("fd00::7")!.FullName);
        var container = entities.FindContainer(ContainerId)!;
        Assert.Equal(("web", ContainerState.Running), (container.Name, container.State));
        Assert.Equal(ContainerId, entities.FindProcess(IdOf(50))!.ContainerId);
    }

    [Fact]
    public void Scan_FirstProcessHidden_TakesTheNetworkOfThisOne()
    {
        var self = (uint)Environment.ProcessId;
        _processes.Start(1, "systemd", "/init.scope", parent: 0, ticks: 1, net: "");
        _processes.Start(self, "tests");
        _processes.Start(50, "app");
        _processes.Addresses[self] = _processes.Addresses[50] = ["192.0.2.8"];

        var entities = Scanned(Create());

        Assert.Equal("host/box", entities.FindPodByAddress("192.0.2.8")!.FullName);
        Assert.Empty(entities.FindPodByName("host/app-50")!.Addresses);
    }

    [Fact]
    public void Scan_UnitStartedAnewBetweenScans_IsAnotherPod()
    {
        _processes.Start(20, "nginx", Unit);
        var host = Create();
        var before = Scanned(host);

        _processes.Running.Remove(20);
        _processes.Start(25, "nginx", Unit, ticks: 200);
        host.Look(25, 200, _nowNs);
        var after = host.ToSnapshot();

        Assert.Equal("systemd/nginx-25", PodsOf(after, (25, 200)).Single());
        Assert.Equal(PodPhase.Terminated, after.FindPodByName("systemd/nginx-20")!.Phase);
        Assert.Equal(PodPhase.Running, before.FindPodByName("systemd/nginx-20")!.Phase); // a picture of its moment
        Assert.Equal("systemd/nginx-20", PodsOf(Scanned(host), 20).Single());
    }

    [Fact]
    public void Scan_ProcessThatExecutesAnotherProgram_IsRenamedAtTheNextScan()
    {
        _processes.Start(60, "sh");
        var host = Create();
        var before = Scanned(host);

        _processes.Start(60, "python3", commandLine: "python3 server.py");
        var after = Scanned(host);

        Assert.Equal("host/sh-60", PodsOf(before, 60).Single());
        Assert.Equal("host/python3-60", PodsOf(after, 60).Single());
        Assert.Equal("python3 server.py", after.FindProcess(IdOf(60))!.CommandLine);
        Assert.Null(after.FindPodByName("host/sh-60"));
    }

    [Fact]
    public void Look_AtAYoungProcessThatExecutedAProgram_RenamesItAtOnce()
    {
        _processes.Start(60, "sh");
        var host = Create();
        Scanned(host);

        _processes.Start(60, "python3", commandLine: "python3 server.py");
        host.Look(60, 100, _nowNs);

        Assert.Equal("host/python3-60", PodsOf(host.ToSnapshot(), 60).Single());
    }

    [Fact]
    public void Scan_NothingNew_ReadsNothingAgain()
    {
        _processes.Start(20, "nginx", Unit);
        var host = Create();
        Scanned(host);
        Scanned(host); // young processes are looked at once more
        var (reads, changes) = (_processes.Reads, host.Changes);

        Scanned(host);

        Assert.Equal((reads, changes), (_processes.Reads, host.Changes));
    }

    [Fact]
    public void Scan_EndedProcesses_AreKnownWithinTheBoundAndCountedBeyond()
    {
        var host = Create(maxEnded: 2);
        for (uint id = 70; id < 73; id++)
        {
            _processes.Start(id, "job");
            Scanned(host);
            _processes.Running.Remove(id);
        }

        var entities = Scanned(host);

        Assert.Equal(["", "host/job-71", "host/job-72"], PodsOf(entities, 70, 71, 72));
        Assert.Equal(new EntityLosses(1, 0), host.Losses);
        Assert.Null(entities.FindPodByName("host/job-70"));
    }

    [Fact]
    public void Scan_ADayAfterTheEnd_ForgetsWithoutALoss()
    {
        var host = Create();
        _processes.Start(80, "job");
        Scanned(host);
        _processes.Running.Remove(80);
        Scanned(host);

        _nowNs += 25L * 3600 * 1_000_000_000;
        var entities = Scanned(host);

        Assert.Null(entities.FindProcess(IdOf(80)));
        Assert.Null(entities.FindServiceByName("host/job"));
        Assert.Equal(default, host.Losses);
    }

    [Fact]
    public void Scan_MoreRunningProcessesThanRoom_CountsThoseLeftOut()
    {
        for (uint id = 100; id < 110; id++)
        {
            _processes.Start(id, "job");
        }

        var host = Create(maxBytes: 5_000);
        Scanned(host);

        Assert.InRange(host.Losses.Refused, 1, 9);
    }

    private static UInt128 IdOf(uint id, ulong ticks = 100) => new Upid(Asid, id, ticks).ToUInt128();

    private static IEnumerable<string> PodsOf(EntitySnapshot entities, params uint[] ids) =>
        PodsOf(entities, [.. ids.Select(id => (id, id is 21 ? 101UL : id is 22 ? 102UL : 100UL))]);

    private static IEnumerable<string> PodsOf(EntitySnapshot entities, params (uint Id, ulong Ticks)[] processes) =>
        processes.Select(p => entities.PodOf(entities.FindProcess(IdOf(p.Id, p.Ticks)))?.FullName ?? "");

    private HostEntities Create(int maxEnded = 100, long maxBytes = 1 << 20) => new(
        new HostEntitiesSettings
        {
            Asid = Asid,
            NodeName = "node-a",
            HostName = "box",
            MaxEnded = maxEnded,
            MaxBytes = maxBytes,
        },
        _processes,
        ticks => (long)ticks * 10_000_000);

    private EntitySnapshot Scanned(HostEntities host)
    {
        _nowNs += 5_000_000_000;
        host.Scan(_nowNs);
        return host.ToSnapshot();
    }
}
