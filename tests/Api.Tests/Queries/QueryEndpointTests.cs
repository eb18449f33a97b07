using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PixieOrleans.Api.Tests.Hosting;

namespace PixieOrleans.Api.Tests.Queries;

public sealed class QueryEndpointTests(ApiServer server) : IClassFixture<ApiServer>
{
    private const string Script = "import px\ndf = px.DataFrame('samples')\npx.display(df, 'out')\n";

    private const string TwoTables = """
        import px
        df = px.DataFrame('samples')
        px.display(df[['count']], 'a')
        px.display(df[['text', 'ok']], 'b')
        """;

    private static readonly string[] Rows =
    [
        """["1970-01-01T00:00:01.500000000Z","01020304-0506-0708-0000-000000000009","plain",-7,1.5,true]""",
        """["1969-12-31T23:59:59.999999999Z","00000000-0000-0000-0000-000000000000","a\",\uFFFD","""
            + "9223372036854775807,\"NaN\",false]",
    ];

    [Fact]
    public async Task Post_Text_AnswersJsonOfAllTypes()
    {
        var answer = await ReadJsonAsync(await PostAsync(Script));

        var table = Assert.Single(answer.GetProperty("tables").EnumerateArray());
        Assert.Equal("out", table.GetProperty("name").GetString());
        Assert.Equal(
            """{"name":"time_","type":"TIME64NS","semanticType":"ST_TIME_NS"}""",
            table.GetProperty("columns")[0].GetRawText());
        Assert.Equal(
            ["TIME64NS", "UINT128", "STRING", "INT64", "FLOAT64", "BOOLEAN"],
            table.GetProperty("columns").EnumerateArray().Select(c => c.GetProperty("type").GetString()));
        var rows = table.GetProperty("rows").EnumerateArray().Select(Normalize).Order(StringComparer.Ordinal);
        Assert.Equal(Rows.Select(r => Normalize(JsonElement.Parse(r))).Order(StringComparer.Ordinal), rows);
        Assert.True(Guid.TryParse(answer.GetProperty("queryId").GetString(), out _));
    }

    [Fact]
    public async Task Post_Text_SaysWhatIsMissingAndWhatItCost()
    {
        var answer = await ReadJsonAsync(await PostAsync(Script));

        var completeness = answer.GetProperty("completeness");
        Assert.False(completeness.GetProperty("complete").GetBoolean()); // one event lost in the ring
        Assert.Equal(
            """{"node":"node-a","answered":true,"error":null,"eventsSeen":9,"""
            + "\"lost\":" + """{"kernel":0,"ring":1,"parser":0,"unclassified":2},"truncated":0,"rowsExpired":0}""",
            Assert.Single(completeness.GetProperty("nodes").EnumerateArray()).GetRawText());
        Assert.Equal(2, answer.GetProperty("statistics").GetProperty("rowsScanned").GetInt64());
        Assert.True(answer.GetProperty("statistics").GetProperty("compileMs").GetDouble() > 0);
    }

    [Fact]
    public async Task Post_Json_HonoursMaxRows()
    {
        var response = await server.Client.PostAsJsonAsync(
            "/api/v1/query",
            new { query = Script, maxRows = 1, timeoutMs = 10_000 },
            TestContext.Current.CancellationToken);

        var answer = await ReadJsonAsync(response);

        Assert.Equal(1, answer.GetProperty("tables")[0].GetProperty("rows").GetArrayLength());
        Assert.True(answer.GetProperty("statistics").GetProperty("rowLimitReached").GetBoolean());
    }

    [Fact]
    public async Task Post_Ndjson_AnswersALinePerRowAndALastLine()
    {
        var response = await PostAsync(Script, "application/x-ndjson");

        var text = await ReadAsync(response);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType!.MediaType);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.All(lines.Take(2), line => Assert.StartsWith("""{"_tableName_":"out","time_":"19""", line));
        Assert.All(lines.Take(2), line => Assert.Matches("\"ok\":(true|false)}$", line));
        Assert.StartsWith("""{"_completeness_":{"complete":false,"nodes":[{"node":"node-a",""", lines[2]);
        Assert.Contains("""}]},"_statistics_":{"compileMs":""", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_Csv_QuotesCellsSeparatesTablesAndSaysWhatIsMissing()
    {
        var response = await PostAsync(TwoTables, "text/csv");

        var tables = (await ReadAsync(response)).Split("\r\n\r\n");
        Assert.Equal(2, tables.Length);
        Assert.Equal("count\r\n-7\r\n9223372036854775807", SortRows(tables[0]));
        Assert.Equal("text,ok\r\n\"a\"\",\uFFFD\",false\r\nplain,true", SortRows(tables[1]));
        var header = Assert.Single(response.Headers.GetValues("Pxo-Completeness"));
        Assert.StartsWith("""{"complete":false,"nodes":[{"node":"node-a",""", header, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ScriptThatDoesNotCompile_IsAProblemWithPlaces()
    {
        var response = await PostAsync("import px\npx.display(nothing)\n");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        var error = Assert.Single((await ReadJsonAsync(response)).GetProperty("errors").EnumerateArray());
        Assert.Equal(2, error.GetProperty("line").GetInt32());
        Assert.StartsWith(
            "name 'nothing' is not defined", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("px.display(nothing)", error.GetProperty("sourceLine").GetString());
        Assert.True(error.GetProperty("column").GetInt32() > 0);
        Assert.NotEmpty(error.GetProperty("code").GetString()!);
    }

    [Theory]
    [InlineData("/api/v1/query?format=xml", "text/plain", "x", HttpStatusCode.NotAcceptable)]
    [InlineData("/api/v1/query?timeoutMs=-1", "text/plain", "x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/query?maxRows=many", "text/plain", "x", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/query", "application/json", "{}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/query", "application/json", "{ not json", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/query", "application/json", "{\"query\":\"x\",\"timeout\":1}", HttpStatusCode.BadRequest)]
    [InlineData("/api/v1/nonsense", "text/plain", "x", HttpStatusCode.NotFound)]
    public async Task Post_BadRequest_IsAProblem(string path, string type, string body, HttpStatusCode expected)
    {
        var response = await server.Client.PostAsync(
            path, new StringContent(body, Encoding.UTF8, type), TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.MediaType);
        Assert.NotEmpty((await ReadJsonAsync(response)).GetProperty("detail").GetString()!);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Origin", "http://evil.example")]
    public async Task Get_FromAForeignPage_IsRefused(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nodes");
        request.Headers.Add(header, value);

        var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    private static string SortRows(string csv)
    {
        var lines = csv.TrimEnd('\r', '\n').Split("\r\n");
        return string.Join("\r\n", lines.Take(1).Concat(lines.Skip(1).Order(StringComparer.Ordinal)));
    }

    private static string Normalize(JsonElement element) => JsonSerializer.Serialize(element);

    private static Task<string> ReadAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await ReadAsync(response));

    private Task<HttpResponseMessage> PostAsync(string script, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/query") { Content = new StringContent(script) };
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return server.Client.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
