using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Xml.Linq;
using PixieOrleans.Api.Tests.Hosting;
using PixieOrleans.TestKit.Servers;

namespace PixieOrleans.Api.Tests.Profiles;

/// <summary>Profiles of three stacks: 5, 3 and 2 samples, one of them in two rows.</summary>
public sealed class ProfileEndpointTests : IClassFixture<ApiServer>
{
    private const string Go = "/usr/bin/go";
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";
    private readonly ApiServer _server;

    public ProfileEndpointTests(ApiServer server)
    {
        _server = server;
        lock (server)
        {
            if (!server.HasStacks)
            {
                var now = (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
                server.Node.AddStack(now - 3_600_000_000_000, "main;long_ago", 99);
                server.Node.AddStack(now - 10_800_000_000_000, "<module> (a.py:1);Shop.add (a.py:9)", 4);
                server.Node.AddStack(now - 10_800_000_000_000, "A`1[System.Int32].Sort(System.Span`1<!0>)", 2);
                server.Node.AddStack(now - 10_800_000_000_000, "main.heavy;main.(*T).twice;main.F[...]", 1);
                server.Node.AddStack(now - 2_000_000_000, "main;hot;[k] do_work", 4);
                server.Node.AddStack(now - 1_000_000_000, "main;hot;[k] do_work", 1);
                server.Node.AddStack(now - 1_000_000_000, "main;hot", 3);
                server.Node.AddStack(now - 1_000_000_000, "main;std::less<a & b>::operator()", 2);
                server.Node.AddWait(now - 1_000_000_000, "main;nap;[k] schedule", 2, 40_000);
                server.Node.AddWait(now - 1_000_000_000, "main;doze;[k] schedule", 1, 10_000);
                server.HasStacks = true;
            }
        }
    }

    [Fact]
    public async Task Get_Folded_HasALinePerStackOfTheLastFiveMinutes()
    {
        var response = await GetAsync("/api/v1/profile");

        Assert.Equal(
            "[unknown];main;hot 3\n[unknown];main;hot;[k] do_work 5\n"
            + "[unknown];main;std::less<a & b>::operator() 2\n",
            await TextOf(response));
        Assert.Equal("10", Assert.Single(response.Headers.GetValues("Pxo-Samples")));
        var completeness = Assert.Single(response.Headers.GetValues("Pxo-Completeness"));
        Assert.StartsWith("""{"complete":""", completeness, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start=-2h&end=-30m", "[unknown];main;long_ago 99\n")]
    [InlineData("start=-2h&end=-30m&node=node-a", "[unknown];main;long_ago 99\n")]
    [InlineData("start=-2h&pod=no-such-pod", "")]
    [InlineData("start=-2h&service=no-such-service&pod=x", "")]
    [InlineData("start=2001-01-01T00:00:00Z&end=2001-01-02T00:00:00%2B01:00", "")]
    public async Task Get_Filtered_HasWhatFits(string query, string folded) =>
        Assert.Equal(folded, await TextOf(await GetAsync("/api/v1/profile?" + query)));

    [Theory]
    [InlineData("format=xml", "format 'xml'")]
    [InlineData("offCpu=yes", "offCpu 'yes'")]
    [InlineData("offCpu=true&hz=99", "hz is of samples")]
    [InlineData("start=yesterday", "start 'yesterday'")]
    [InlineData("end=5", "end '5'")]
    [InlineData("start=-1h&end=-2h", "end '-2h' is not after start '-1h'")]
    [InlineData("start=2026-01-02&end=2026-01-02T01:00%2B02:00", "end '2026-01-02T01:00+02:00' is not after start")]
    [InlineData("start=9999-12-31T23:59:59Z", "start '9999-12-31T23:59:59Z' is not within the years 1970")]
    [InlineData("start=-999999999999d", "start '-999999999999d' is more than 36500 days away")]
    [InlineData("node=node-z", "no node 'node-z'; there are: node-a")]
    [InlineData("hz=0", "hz is not a number")]
    [InlineData("timeoutMs=x", "timeoutMs is not a number")]
    public async Task Get_WrongArgument_IsAProblemThatNamesIt(string query, string detail)
    {
        var response = await _server.Client.GetAsync(
            "/api/v1/profile?" + query, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var problem = JsonDocument.Parse(await TextOf(response));
        Assert.Equal("Bad arguments", problem.RootElement.GetProperty("title").GetString());
        Assert.StartsWith(detail, problem.RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_Svg_HasABoxPerFrameWithItsShare()
    {
        var response = await GetAsync("/api/v1/profile?format=svg");

        var document = XDocument.Parse(await TextOf(response));
        Assert.Equal("image/svg+xml", response.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("default-src 'none'", Assert.Single(response.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal(
            [
                "[k] do_work (5 samples, 50.00%)", "[unknown] (10 samples, 100.00%)", "all (10 samples, 100.00%)",
                "hot (8 samples, 80.00%)", "main (10 samples, 100.00%)",
                "std::less<a & b>::operator() (2 samples, 20.00%)",
            ],
            document.Descendants(Svg + "title").Select(title => title.Value).Order(StringComparer.Ordinal));
        var hot = document.Descendants(Svg + "g")
            .Single(g => g.Element(Svg + "title")?.Value.StartsWith("hot ", StringComparison.Ordinal) == true);
        Assert.Equal("960", hot.Element(Svg + "rect")!.Attribute("width")!.Value); // 8 of 10 samples of 1200 px
    }

    [Fact]
    public async Task Get_Speedscope_HasFramesOnceAndTheWeightOfEachStack()
    {
        using var file = JsonDocument.Parse(await TextOf(await GetAsync("/api/v1/profile?format=speedscope")));

        var frames = file.RootElement.GetProperty("shared").GetProperty("frames");
        Assert.Equal(
            ["[unknown]", "main", "hot", "[k] do_work", "std::less<a & b>::operator()"],
            frames.EnumerateArray().Select(frame => frame.GetProperty("name").GetString()));
        var profile = file.RootElement.GetProperty("profiles")[0];
        Assert.Equal("[[0,1,2],[0,1,2,3],[0,1,4]]", profile.GetProperty("samples").GetRawText());
        Assert.Equal("[3,5,2]", profile.GetProperty("weights").GetRawText());
        Assert.Equal(10, profile.GetProperty("endValue").GetInt64());
    }

    [Theory]
    [InlineData("", "samples", "5", "3", "8")]
    [InlineData("&offCpu=true", "off_cpu", "50ms", "0", "40ms", "schedule", "nap")]
    [InlineData("&hz=100", "cpu", "50ms", "30ms", "80ms")]
    public async Task Get_Pprof_IsReadByGoToolPprof(
        string options, string type, string leaf, string own, string total,
        string inner = "do_work", string outer = "hot")
    {
        Assert.SkipUnless(File.Exists(Go), $"{Go} is not installed (Debian: golang-go)");
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "profile.pb.gz");
        var response = await GetAsync("/api/v1/profile?format=pprof" + options);
        await File.WriteAllBytesAsync(
            path,
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        var lines = await TopAsync(path, folder.Path);

        Assert.Contains($"Type: {type}", lines);
        Assert.Contains(
            lines,
            line => Fields(line) is [var flat, _, _, _, _, "[k]", var name] && flat == leaf && name == inner);
        Assert.Contains(
            lines, line => Fields(line) is [var flat, _, _, var cum, _, var name]
                && flat == own && cum == total && name == outer);
    }

    [Fact]
    public async Task Get_OffCpu_HasMicrosecondsOfWaits()
    {
        var response = await GetAsync("/api/v1/profile?offCpu=true");

        Assert.Equal(
            "[unknown];main;doze;[k] schedule 10000\n[unknown];main;nap;[k] schedule 40000\n", await TextOf(response));
        Assert.Equal("50000", Assert.Single(response.Headers.GetValues("Pxo-Samples")));
        Assert.Contains(
            "Time off the CPU, 50000 µs",
            await TextOf(await GetAsync("/api/v1/profile?offCpu=true&format=svg")),
            StringComparison.Ordinal);
        using var file = JsonDocument.Parse(
            await TextOf(await GetAsync("/api/v1/profile?offCpu=true&format=speedscope")));
        Assert.Equal(
            "microseconds", file.RootElement.GetProperty("profiles")[0].GetProperty("unit").GetString());
    }

    [Fact]
    public async Task Get_PprofOfRuntimes_KeepsTheirNames()
    {
        Assert.SkipUnless(File.Exists(Go), $"{Go} is not installed (Debian: golang-go)");
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "profile.pb.gz");
        var response = await GetAsync("/api/v1/profile?format=pprof&start=-4h&end=-150m");
        await File.WriteAllBytesAsync(
            path,
            await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);

        var own = (await TopAsync(path, folder.Path))
            .Select(Fields).Where(fields => fields.Length > 5)
            .ToDictionary(fields => string.Join(' ', fields[5..]), fields => fields[0]);

        Assert.Equal("4", own["Shop.add (a.py:9)"]);
        Assert.Equal("0", own["<module> (a.py:1)"]);
        Assert.Equal("2", own["A`1[System.Int32].Sort(System.Span`1<!0>)"]);
        Assert.Equal("1", own["main.F[...]"]);
        Assert.Equal("0", own["main.(*T).twice"]);
    }

    private static string[] Fields(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static async Task<string[]> TopAsync(string path, string home)
    {
        var start = new ProcessStartInfo(Go, ["tool", "pprof", "-top", path])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["HOME"] = home;
        using var go = Process.Start(start)!;
        var error = go.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var text = await go.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await go.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(go.ExitCode == 0, await error);
        return text.Split('\n');
    }

    private static Task<string> TextOf(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    private async Task<HttpResponseMessage> GetAsync(string path)
    {
        var response = await _server.Client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await TextOf(response));
        return response;
    }
}
