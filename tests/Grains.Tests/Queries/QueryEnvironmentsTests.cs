using Microsoft.Extensions.Options;
using Orleans.Configuration;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Grains.Tests.Clusters;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Tests.Queries;

public sealed class QueryEnvironmentsTests
{
    private static readonly Plan NoPlan = new([]);

    [Fact]
    public async Task ForFragment_StartedNode_KnowsItsNumberAndMachine()
    {
        var node = new TestNode("node-a");
        await node.StartAsync(7, TestContext.Current.CancellationToken);

        var environment = Create(node).ForFragment(NoPlan);

        Assert.Equal(7u, environment.Asid);
        Assert.Equal(Environment.MachineName, environment.Hostname);
        Assert.True(environment.Cpus >= 1);
        Assert.Equal("shop", environment.ClusterId);
    }

    [Fact]
    public async Task ForMerge_SeveralSources_EachAddsToWhatIsThere()
    {
        var environments = Create(new TestNode("node-a"), new Suffix("-x"), new Suffix("-y"));

        var merge = await environments.ForMergeAsync(NoPlan, TestContext.Current.CancellationToken);

        Assert.Equal("shop-x-y", merge.ClusterName);
        Assert.Equal(Environment.MachineName + "-x-y", environments.ForFragment(NoPlan).Hostname);
    }

    [Theory]
    [InlineData("0", 1)]
    [InlineData("0-3", 4)]
    [InlineData("0-1,4,6-7\n", 5)]
    [InlineData("", 0)]
    [InlineData("3-1", 0)]
    public void CountCpus_ListOfTheKernel_CountsThem(string list, int expected) =>
        Assert.Equal(expected, QueryEnvironments.CountCpus(list));

    private static QueryEnvironments Create(TestNode node, params IQueryEnvironmentSource[] sources) =>
        new(node, Options.Create(new ClusterOptions { ClusterId = "shop" }), sources);

    private sealed class Suffix(string text) : IQueryEnvironmentSource
    {
        public QueryEnvironment AddToFragment(QueryEnvironment environment, Plan fragment) =>
            environment with { Hostname = environment.Hostname + text };

        public async ValueTask<QueryEnvironment> AddToMergeAsync(
            QueryEnvironment environment, Plan merge, CancellationToken cancellationToken)
        {
            await Task.Yield();
            return environment with { ClusterName = environment.ClusterName + text };
        }
    }
}
