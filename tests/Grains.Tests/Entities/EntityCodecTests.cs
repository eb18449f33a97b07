using PixieOrleans.Grains.Entities;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Grains.Tests.Entities;

public sealed class EntityCodecTests
{
    [Fact]
    public void Decode_OfEncodedEntities_HasEveryField()
    {
        var state = new EntityState { PodCidrs = ["10.0.0.0/8"], ServiceCidr = "10.9.0.0/16" };
        state.Set(new Namespace("n", "shop"));
        state.Set(new Service("s", "shop", "web") { ClusterIp = "10.9.0.1", ExternalIps = ["1.2.3.4"] });
        state.Set(new Container("c", "nginx", "p") { State = ContainerState.Waiting, StartNs = 3, Message = "m" });
        state.Set(new ReplicaSet("r", "shop", "rs") { Conditions = [new EntityCondition("a", "True")] });
        state.Set(new Deployment("d", "shop", "dep") { UnavailableReplicas = 4 });
        state.Set(new Pod("p", "shop", "web-1")
        {
            StartNs = 1,
            StopNs = 2,
            Addresses = ["10.0.0.1", "fd00::1"],
            Labels = "{}",
            QosClass = PodQosClass.Guaranteed,
            Phase = PodPhase.Failed,
            IsReady = true,
            ServiceIds = ["s"],
            Owners = [new OwnerReference("r", "ReplicaSet", "rs")],
        });

        var lists = EntityCodec.Decode(EntityCodec.Encode(state.ToSnapshot()));

        var pod = Assert.Single(lists.Pods);
        Assert.Equal(("p", "shop/web-1", 1, 2), (pod.Id, pod.FullName, pod.StartNs, pod.StopNs));
        Assert.Equal((PodQosClass.Guaranteed, PodPhase.Failed, true), (pod.QosClass, pod.Phase, pod.IsReady));
        Assert.Equal(["10.0.0.1", "fd00::1"], pod.Addresses);
        Assert.Equal(new OwnerReference("r", "ReplicaSet", "rs"), Assert.Single(pod.Owners));
        Assert.Equal(["s"], pod.ServiceIds);
        Assert.Equal(["1.2.3.4"], Assert.Single(lists.Services).ExternalIps);
        Assert.Equal(ContainerState.Waiting, Assert.Single(lists.Containers).State);
        Assert.Equal(new EntityCondition("a", "True"), Assert.Single(Assert.Single(lists.ReplicaSets).Conditions));
        Assert.Equal(4, Assert.Single(lists.Deployments).UnavailableReplicas);
        Assert.Equal("shop", Assert.Single(lists.Namespaces).FullName);
        Assert.Equal(("10.0.0.0/8", "10.9.0.0/16"), (Assert.Single(lists.PodCidrs), lists.ServiceCidr));
    }

    [Fact]
    public void Decode_OfOtherBytes_SaysSo() =>
        Assert.Throws<FormatException>(() => EntityCodec.Decode("[1]"u8));
}
