using System.Text.Json;
using PixieOrleans.Exec.Tests.Operators;
using PixieOrleans.Model;

namespace PixieOrleans.Exec.Tests.Kernels.Requests;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/a/b/c", "/a/b/*", true)]
    [InlineData("a/b/c?x=/y", "/a/*/c", true)]
    [InlineData("/a/b/*", "/a/b/c", false)]
    [InlineData("/a/b", "/a/b/*", false)]
    [InlineData("/a/b/", "/a/b/*", true)]
    [InlineData("/", "/*", true)]
    [InlineData("", "", true)]
    [InlineData("/a", "/", false)]
    public void MatchEndpoint_PathAndTemplate_ComparesComponents(string path, string template, bool expected) =>
        Assert.Equal(expected, KernelCalls.Call("_match_endpoint", path, template));

    [Fact]
    public void Build_FewPaths_KeepsThemAsMembers() => Assert.Equal(
        """[{"c":["a","*"],"m":[["a","b"],["a","c\"d"]]},{"c":["x"],"m":[["x"]]}]""",
        PathClusters.Build("/a/b?q=1", "/x", "a/c\"d", "/a/b"));

    [Fact]
    public void Build_MoreThanFiveMembers_KeepsTheTemplateOnly() => Assert.Equal(
        """[{"c":["a","*"],"m":[]}]""",
        PathClusters.Build("/a/1", "/a/2", "/a/3", "/a/4", "/a/5", "/a/6"));

    [Fact]
    public void Build_NoRows_IsEmpty() => Assert.Equal("[]", PathClusters.Build());

    [Fact]
    public void Build_PathsThatShareLessThanHalf_StayApart() => Assert.Equal(
        """[{"c":["a","b","c"],"m":[["a","b","c"]]},{"c":["a","x","y"],"m":[["a","x","y"]]}]""",
        PathClusters.Build("/a/b/c", "/a/x/y"));

    [Fact]
    public void Build_ManyPathsOfOneComponent_IsBounded()
    {
        var json = PathClusters.Build([.. Enumerable.Range(0, 6000).Select(i => $"/p{i}")]);

        using var clusters = JsonDocument.Parse(json);
        Assert.Equal(4096, clusters.RootElement.GetArrayLength());
        Assert.Equal("""{"c":["*"],"m":[]}""", clusters.RootElement[0].GetRawText());
    }

    [Fact]
    public void Predict_AfterMergingNodes_IsTheTemplateOfAll()
    {
        var merged = PathClusters.Merge(["/u/1", "/u/2", "/u/3"], ["/u/4", "/u/5", "/u/6", "/v"], []);

        Assert.Equal("/u/*", KernelCalls.Call("_predict_request_path_cluster", "/u/99?x", merged));
        Assert.Equal("/v", KernelCalls.Call("_predict_request_path_cluster", "v", merged));
        Assert.Equal("/w/x/y", KernelCalls.Call("_predict_request_path_cluster", "/w/x/y", merged));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""[{"c":[]}]""")]
    [InlineData("""[{"c":["a/b"]}]""")]
    [InlineData("""[{"c":["a"],"m":[["a","b"]]}]""")]
    [InlineData("""[{"c":["a"],"m":[]}]]""")]
    [InlineData("""[{"c":["\ud800"],"m":[]}]""")]
    public void Predict_NoClustering_SaysSo(string clustering) => Assert.Equal(
        "not a clustering of request paths",
        KernelCalls.Call("_predict_request_path_cluster", "/a", clustering));

    [Fact]
    public void Build_PathsBeyondTheMemoryBound_IsALimit()
    {
        var schema = Cells.Schema(("path", DataType.String));
        var plan = new PlanWriter();
        plan.Result(plan.Aggregate(plan.Scan("t", schema), [], ("value", "_build_request_path_clusters", "path")));
        var paths = Enumerable.Range(0, 2000).Select(i => new string('a', 200) + i).ToArray();
        var tables = new MemoryTables().Add("t", schema, Cells.Batch(Cells.Strings(paths)));

        Assert.Throws<QueryLimitException>(() => Runs.Run(
            plan.Plan, tables, new ExecutionOptions { MaxAggregateBytes = 1 << 17 }));
    }
}
