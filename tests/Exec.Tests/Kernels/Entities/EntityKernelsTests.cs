using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Kernels.Entities;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Plans.Expressions;

namespace PixieOrleans.Exec.Tests.Kernels.Entities;

public sealed class EntityKernelsTests
{
    private static readonly Upid Web = new(1, 10, 100);
    private static readonly Upid Worker = new(1, 11, 200);
    private static readonly Upid Unknown = new(1, 12, 300);
    private static readonly QueryEnvironment Environment = new() { Asid = 1, Entities = CreateEntities() };

    [Theory]
    [InlineData("upid_to_pod_name", "shop/web-1")]
    [InlineData("upid_to_service_name", """["shop/web","shop/all"]""")]
    [InlineData("upid_to_service_id", """["s1","s2"]""")]
    [InlineData("upid_to_container_id", "c1")]
    [InlineData("upid_to_container_name", "nginx")]
    [InlineData("upid_to_cmdline", "nginx -g daemon")]
    [InlineData("upid_to_pod_qos", "kBurstable")]
    [InlineData("upid_to_pod_status", """{"phase":"Running","message":"say \"hi\"","reason":"a\\b","ready":true}""")]
    public void Call_OfAKnownProcess_TellsAboutItsPod(string function, string expected) =>
        Assert.Equal(expected, Call(function, Web.ToUInt128()));

    [Theory]
    [InlineData("upid_to_pod_name", "")]
    [InlineData("upid_to_pod_qos", "")]
    [InlineData("upid_to_cmdline", "")]
    [InlineData("upid_to_container_name", "")]
    [InlineData("upid_to_pod_status", """{"phase":"Unknown","message":"","reason":"","ready":false}""")]
    public void Call_OfAnUnknownProcess_IsEmpty(string function, string expected) =>
        Assert.Equal(expected, Call(function, Unknown.ToUInt128()));

    [Fact]
    public void Call_OfAProcessWithAPodOfItsOwn_NeedsNoContainer() =>
        Assert.Equal("host/worker-11", Call("upid_to_pod_name", Worker.ToUInt128()));

    [Theory]
    [InlineData("pod_id_to_pod_labels", "p1", """{"app":"web"}""")]
    [InlineData("pod_id_to_owner_references", "p1", """["{\"uid\":\"r1\",\"kind\":\"ReplicaSet\",\"name\":\"rs\"}"]""")]
    [InlineData("pod_name_to_owner_references", "host/worker-11", "[]")]
    [InlineData("pod_name_to_namespace", "any/thing", "any")]
    [InlineData("pod_name_to_namespace", "a/b/c", "")]
    [InlineData("service_name_to_namespace", "plain", "")]
    [InlineData("pod_name_to_status", "no/pod", """{"phase":"Unknown","message":"","reason":"","ready":false}""")]
    [InlineData("container_id_to_status", "c1", """{"state":"Running","message":"","reason":""}""")]
    [InlineData("container_id_to_status", "none", """{"state":"Unknown","message":"","reason":""}""")]
    [InlineData(
        "replicaset_name_to_status",
        "shop/rs",
        """{"replicas":2,"fully_labeled_replicas":0,"ready_replicas":1,"available_replicas":0"""
        + ""","requested_replicas":0,"observed_generation":0,"conditions":"\"b\": \"False\", \"a\": \"True\", "}""")]
    [InlineData(
        "deployment_id_to_status",
        "d1",
        """{"replicas":3,"updated_replicas":0,"ready_replicas":0,"available_replicas":0,"unavailable_replicas":1"""
        + ""","requested_replicas":0,"observed_generation":0,"conditions":""}""")]
    [InlineData("replicaset_id_to_status", "none", "")]
    [InlineData("service_id_to_cluster_ip", "s1", "10.9.0.1")]
    [InlineData("ip_to_service_id", "10.9.0.1", "s1")]
    [InlineData("ip_to_service_id", "10.1.0.5", """["s1","s2"]""")]
    [InlineData("ip_to_service_id", "10.1.0.9", "")]
    [InlineData("ip_to_pod_id", "10.1.0.5", "p1")]
    public void Call_OfATextFunction_YieldsIt(string function, string argument, string expected) =>
        Assert.Equal(expected, Call(function, argument));

    [Theory]
    [InlineData(99, "")]
    [InlineData(100, "p0")]
    [InlineData(1_999, "p0")]
    [InlineData(2_000, "p1")]
    public void IpToPodId_AtATime_IsThePodThatHadTheAddressThen(long timeNs, string expected) =>
        Assert.Equal(expected, Call("ip_to_pod_id", "10.1.0.5", new Time(timeNs)));

    [Fact]
    public void PodNameFallback_ProcessUnknown_TakesTheLocalAddress()
    {
        object[][] columns =
        [
            [Web.ToUInt128(), Unknown.ToUInt128(), Unknown.ToUInt128(), Unknown.ToUInt128()],
            ["10.1.0.5", "10.1.0.5", "10.1.0.5", "::1"],
            [new Time(150), new Time(150), new Time(50), new Time(150)],
        ];

        var names = KernelCalls.CallRows(Environment, "_upid_to_podname_local_addr_fallback", columns);

        Assert.Equal(["shop/web-1", "shop/old", "", ""], names);
    }

    [Fact]
    public void GetCidrs_OfPodAndServiceRanges_AddsTheBridges() =>
        Assert.Equal("""["10.1.0.0/16","10.1.0.1/32","10.9.0.0/16","fd00::/64"]""", Call("get_cidrs"));

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "b", false)]
    [InlineData(""" ["a", "b"]""", "b", true)]
    [InlineData("""["a", "\u0062"]""", "b", true)]
    [InlineData("""["a", 7, "b"]""", "b", false)]
    [InlineData("""["a", ["b"]]""", "b", false)]
    [InlineData("""["a"] x""", "a", false)]
    [InlineData("[not json", "[not json", true)]
    [InlineData("""{"a":1}""", "a", false)]
    public void HasValue_OfTextOrArray_TellsWhetherItIsThere(string text, string value, bool expected) =>
        Assert.Equal(expected, Call("has_value", text, value));

    [Theory]
    [InlineData("upid_to_asid", 1L)]
    [InlineData("upid_to_pid", 10L)]
    public void UpidPart_OfAUpid_IsItsNumber(string function, long expected) =>
        Assert.Equal(expected, Call(function, Web.ToUInt128()));

    [Fact]
    public void Upid_OfLocalProcess_HasTheNumberOfTheAgent()
    {
        Assert.Equal(Web.ToUInt128(), Call("upid", 10L, 100L));
        Assert.Equal(new Time(100), Call("upid_to_start_ts", Web.ToUInt128()));
    }

    [Fact]
    public void LookUp_InAnExecutionThatGoesOn_FollowsTheNewestPicture()
    {
        var current = EntitySnapshot.Empty;
        var environment = new QueryEnvironment { CurrentEntities = () => current };
        var call = new CallExpression(
            "upid_to_pod_name",
            [new ColumnExpression("upid", DataType.UInt128, SemanticType.Upid)],
            DataType.String,
            SemanticType.None);
        using var names = new ExpressionCompiler(
            Cells.Schema(("upid", DataType.UInt128)), new ExecutionOptions { Environment = environment }).Compile(call);
        var batch = Cells.Batch(Cells.Column(DataType.UInt128, [Web.ToUInt128()]));

        var before = names.Materialize(batch);
        current = Environment.Entities;
        var after = names.Materialize(batch);

        Assert.Equal(["", "shop/web-1"], [.. Cells.ToArray(before), .. Cells.ToArray(after)]);
    }

    [Fact]
    public void UpidIdTable_ManyUpids_NumbersEachOnce()
    {
        const int Upids = 1000;
        var table = new UpidIdTable();
        var upids = Enumerable.Range(0, Upids).Select(i => new Upid(1, (uint)i, 7).ToUInt128()).ToArray();
        var (first, second) = (new int[Upids], new int[Upids]);

        table.GetOrAdd(upids, first);
        table.GetOrAdd(upids, second);

        Assert.Equal(Enumerable.Range(0, Upids), first);
        Assert.Equal(first, second);
        Assert.Equal(upids[^1], table[Upids - 1]);
    }

    [Fact]
    public void TextResults_AfterMoreResults_EarlierColumnsStayAsTheyWere()
    {
        var results = new TextResults(maxBytes: 1 << 20);
        results.Add("one");
        var before = results.Column;

        var code = results.Add(new string('x', 5_000));

        Assert.Equal((1, 0), (code, results.Add("one")));
        Assert.Equal(["one"], Cells.ToArray(before));
        Assert.Equal(2, results.Column.Length);
        Assert.Throws<QueryLimitException>(() => results.Add(new string('y', 1 << 20)));
    }

    private static object Call(string function, params object[] arguments) =>
        KernelCalls.Call(Environment, function, arguments);

    private static EntitySnapshot CreateEntities()
    {
        var state = new EntityState { PodCidrs = ["10.1.0.0/16", "fd00::/64"], ServiceCidr = "10.9.0.0/16" };
        state.Set(new Service("s1", "shop", "web") { ClusterIp = "10.9.0.1" });
        state.Set(new Service("s2", "shop", "all"));
        state.Set(new Service("s3", "shop", "gone") { StopNs = 5 });
        state.Set(new Pod("p0", "shop", "old") { StartNs = 100, Addresses = ["10.1.0.5"] });
        state.Set(new Pod("p1", "shop", "web-1")
        {
            StartNs = 2_000,
            Addresses = ["10.1.0.5", "fd00::5"],
            Labels = """{"app":"web"}""",
            QosClass = PodQosClass.Burstable,
            Phase = PodPhase.Running,
            Message = "say \"hi\"",
            Reason = "a\\b",
            IsReady = true,
            ServiceIds = ["s1", "s2", "s3"],
            Owners = [new OwnerReference("r1", "ReplicaSet", "rs")],
        });
        state.Set(new Pod("p2", "host", "worker-11"));
        state.Set(new Container("c1", "nginx", "p1") { State = ContainerState.Running });
        state.Set(new ReplicaSet("r1", "shop", "rs")
        {
            Replicas = 2,
            ReadyReplicas = 1,
            Conditions = [new EntityCondition("a", "True"), new EntityCondition("b", "False")],
        });
        state.Set(new Deployment("d1", "shop", "web") { Replicas = 3, UnavailableReplicas = 1 });
        state.Set(new Process(Web, "nginx -g daemon", "c1"));
        state.Set(new Process(Worker, "worker", PodId: "p2"));
        return state.ToSnapshot();
    }
}
