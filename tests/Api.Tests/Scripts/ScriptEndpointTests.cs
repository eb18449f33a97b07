using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PixieOrleans.Api.Tests.Hosting;

namespace PixieOrleans.Api.Tests.Scripts;

public sealed class ScriptEndpointTests : IClassFixture<ApiServer>
{
    private const string Text = """
        import px

        def big(least: int):
            df = px.DataFrame('samples')
            return df[df.count >= least][['text', 'count']]
        """;

    private const string Vis = """
        {"variables": [{"name": "least", "type": "PX_INT64", "description": "Smallest count."},
                       {"name": "unit", "type": "PX_STRING", "defaultValue": ""}],
         "widgets": [{"name": "Big ones", "func": {"name": "big", "args": [{"name": "least", "variable": "least"}]}}]}
        """;

    private readonly ApiServer _server;

    public ScriptEndpointTests(ApiServer server)
    {
        _server = server;
        Write("shop/big", "big.pxl", Text);
        Write("shop/big", "vis.json", Vis);
        Write("shop/big", "manifest.yaml", "---\nshort: Big samples\nlong: >\n  Samples of\n  a size.\n");
        Write("shop/plain", "plain.pxl", "import px\npx.display(px.DataFrame('samples')[['count']], 'all')\n");
        Write("shop/broken", "broken.pxl", "import px\n");
        Write("shop/broken", "vis.json", "{");
        Write("shop/empty", "readme.txt", "no script");
    }

    [Fact]
    public async Task GetScripts_OwnFolder_ListsThemWithTheirManifests()
    {
        var scripts = (await GetAsync("/api/v1/scripts")).GetProperty("scripts").EnumerateArray()
            .Where(s => s.GetProperty("name").GetString()!.StartsWith("shop/", StringComparison.Ordinal));

        Assert.Equal(
            [
                """{"name":"shop/big","short":"Big samples","long":"Samples of a size.","hidden":false}""",
                """{"name":"shop/broken","short":"","long":"","hidden":false}""",
                """{"name":"shop/plain","short":"","long":"","hidden":false}""",
            ],
            scripts.Select(s => s.GetRawText()));
    }

    [Fact]
    public async Task GetScript_WithVis_HasTextVariablesTablesAndVis()
    {
        var script = await GetAsync("/api/v1/scripts/shop/big");

        Assert.Equal(Text, script.GetProperty("text").GetString());
        Assert.Equal(
            """{"name":"least","type":"PX_INT64","description":"Smallest count.","required":true,"default":null,"""
            + "\"validValues\":[]}",
            script.GetProperty("variables")[0].GetRawText());
        Assert.Equal("""["Big ones"]""", script.GetProperty("tables").GetRawText());
        Assert.Equal("big", script.GetProperty("vis").GetProperty("widgets")[0].GetProperty("func")
            .GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("/api/v1/scripts/shop/nope", HttpStatusCode.NotFound, "There is no script 'shop/nope'")]
    [InlineData("/api/v1/scripts/shop/..%2fbig", HttpStatusCode.NotFound, "There is no script")]
    [InlineData("/api/v1/scripts/shop/empty", HttpStatusCode.NotFound, "There is no script")]
    [InlineData("/api/v1/scripts/shop/broken", HttpStatusCode.UnprocessableEntity, "vis.json cannot be read")]
    public async Task GetScript_ThatCannotBeShown_IsAProblem(string path, HttpStatusCode status, string detail)
    {
        var response = await _server.Client.GetAsync(path, TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(detail, await DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostQuery_ScriptByName_RunsItsFunctionsWithTheVariables()
    {
        var response = await PostAsync(
            new { script = "shop/big", variables = new Dictionary<string, string> { ["least"] = "1" } });

        var table = Assert.Single((await ReadAsync(response)).GetProperty("tables").EnumerateArray());
        Assert.Equal("Big ones", table.GetProperty("name").GetString());
        Assert.Equal(1, table.GetProperty("rows").GetArrayLength());
    }

    [Fact]
    public async Task PostQuery_ScriptWithoutVis_RunsAsItIs()
    {
        var table = Assert.Single(
            (await ReadAsync(await PostAsync(new { script = "shop/plain" }))).GetProperty("tables").EnumerateArray());

        Assert.Equal("all", table.GetProperty("name").GetString());
    }

    [Fact]
    public async Task PostQuery_Functions_RunsThem()
    {
        var response = await PostAsync(new
        {
            query = Text,
            functions = new[] { new { name = "big", args = new Dictionary<string, string> { ["least"] = "-9" } } },
        });

        var table = Assert.Single((await ReadAsync(response)).GetProperty("tables").EnumerateArray());
        Assert.Equal("big", table.GetProperty("name").GetString());
        Assert.Equal(2, table.GetProperty("rows").GetArrayLength());
    }

    [Theory]
    [InlineData("""{"script":"shop/big"}""", HttpStatusCode.BadRequest, "missing required argument : 'least'")]
    [InlineData("""{"script":"shop/plain","variables":{"a":"b"}}""", HttpStatusCode.BadRequest, "takes no arguments")]
    [InlineData("""{"script":"shop/nope"}""", HttpStatusCode.NotFound, "There is no script 'shop/nope'")]
    [InlineData("""{"script":"shop/broken"}""", HttpStatusCode.UnprocessableEntity, "vis.json cannot be read")]
    [InlineData("""{"script":"a/b","query":"c"}""", HttpStatusCode.BadRequest, "both")]
    [InlineData("""{"query":"c","variables":{"a":"b"}}""", HttpStatusCode.BadRequest, "belong to a")]
    [InlineData("""{"query":"c","functions":[{}]}""", HttpStatusCode.BadRequest, "no \"name\"")]
    [InlineData("""{"query":"c","functions":[{"name":"f","args":{"a":null}}]}""", HttpStatusCode.BadRequest, "null")]
    public async Task PostQuery_ThatCannotBeRun_IsAProblem(string body, HttpStatusCode status, string detail)
    {
        var response = await _server.Client.PostAsync(
            "/api/v1/query",
            new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
            TestContext.Current.CancellationToken);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(detail, await DetailAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task PostQuery_Analyze_AnswersPlanAndFigures()
    {
        var answer = await ReadAsync(await PostAsync(new { script = "shop/plain", analyze = true }));

        var explanation = answer.GetProperty("explanation");
        Assert.Contains("scan samples", explanation.GetProperty("fragment").GetString(), StringComparison.Ordinal);
        Assert.Contains("result %", explanation.GetProperty("merge").GetString(), StringComparison.Ordinal);
        var parts = explanation.GetProperty("parts");
        Assert.Equal("node-a", parts[0].GetProperty("node").GetString());
        Assert.Equal("scan", parts[0].GetProperty("operators")[0].GetProperty("kind").GetString());
        Assert.Equal(2, parts[0].GetProperty("operators")[0].GetProperty("rowsOut").GetInt64());
        Assert.Equal(JsonValueKind.Null, parts[1].GetProperty("node").ValueKind);
    }

    [Fact]
    public async Task PostQuery_ScriptWithAWarning_AnswersIt()
    {
        const string Query = "import px\ndf = px.DataFrame('samples')\npx.display(df)\nunused = df[df.nope == 1]\n";

        var answer = await ReadAsync(await PostAsync(new { query = Query }));

        var warning = Assert.Single(answer.GetProperty("warnings").EnumerateArray());
        Assert.Equal(4, warning.GetProperty("line").GetInt32());
        Assert.Contains("nope", warning.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private void Write(string folder, string file, string text)
    {
        var path = Path.Combine(_server.Scripts.Path, folder);
        Directory.CreateDirectory(path);
        File.WriteAllText(Path.Combine(path, file), text);
    }

    private Task<HttpResponseMessage> PostAsync<T>(T body) =>
        _server.Client.PostAsJsonAsync("/api/v1/query", body, TestContext.Current.CancellationToken);

    private async Task<JsonElement> GetAsync(string path) =>
        await ReadAsync(await _server.Client.GetAsync(path, TestContext.Current.CancellationToken));

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, text);
        return JsonElement.Parse(text);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage response) => JsonElement.Parse(
        await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
        .GetProperty("detail").GetString()!;
}
