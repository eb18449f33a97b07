using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Tests.Kernels.Entities;

public sealed class EntityStateTests
{
    private const string Address = "10.0.0.1";
    private readonly EntityState _state = new();

    [Fact]
    public void ToSnapshot_BeforeChanges_KeepsWhatItSaw()
    {
        _state.Set(new Pod("a", "ns", "one") { Addresses = [Address] });
        var before = _state.ToSnapshot();

        _state.RemovePod("a");
        var after = _state.ToSnapshot();

        Assert.Equal("a", before.FindPodByAddress(Address)!.Id);
        Assert.Equal("a", before.FindPodByName("ns/one")!.Id);
        Assert.Null(after.FindPod("a"));
        Assert.Null(after.FindPodByName("ns/one"));
        Assert.Null(after.FindPodByAddress(Address));
    }

    [Fact]
    public void RemovePod_NameTakenOverByALaterOne_StaysWithThat()
    {
        _state.Set(new Pod("a", "ns", "one"));
        _state.Set(new Pod("b", "ns", "one"));

        _state.RemovePod("a");

        Assert.Equal("b", _state.ToSnapshot().FindPodByName("ns/one")!.Id);
    }

    [Fact]
    public void Set_AddressesOfSeveralPods_AreFoundByTime()
    {
        _state.Set(new Pod("late", "ns", "b") { StartNs = 200, Addresses = [Address] });
        _state.Set(new Pod("early", "ns", "a") { StartNs = 100, Addresses = [Address] });
        _state.Set(new Pod("late", "ns", "b") { StartNs = 200, StopNs = 300, Addresses = [Address] }); // replaced

        var entities = _state.ToSnapshot();

        Assert.Equal(["early", "late"], entities.AddressUses(Address).Select(use => use.PodId));
        Assert.Null(entities.FindPodByAddress(Address, 99));
        Assert.Equal("early", entities.FindPodByAddress(Address, 199)!.Id);
        Assert.Equal("late", entities.FindPodByAddress(Address)!.Id);
    }

    [Fact]
    public void Set_ServiceWithAnotherClusterIp_IsFoundByTheNewOneOnly()
    {
        _state.Set(new Service("s", "ns", "web") { ClusterIp = "10.9.0.1" });
        _state.Set(new Service("s", "ns", "shop") { ClusterIp = "10.9.0.2" });

        var entities = _state.ToSnapshot();

        Assert.Null(entities.FindServiceByClusterIp("10.9.0.1"));
        Assert.Equal("ns/shop", entities.FindServiceByClusterIp("10.9.0.2")!.FullName);
        Assert.Null(entities.FindServiceByName("ns/web"));
    }
}
