using System.Diagnostics;
using System.Text;
using PixieOrleans.Plans;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Pxl.Diagnostics;

namespace PixieOrleans.Pxl.Tests;

/// <summary>Scripts made to cost much end soon, with a message.</summary>
public sealed class CompileLimitsTests
{
    private const string Start = "import px\ndf = px.DataFrame('http_events')\n";

    public static TheoryData<string, string> Pathological => new()
    {
        { "open brackets", new string('(', 50_000) },
        { "open lists", "x = " + new string('[', 50_000) },
        { "minus signs", "x = " + new string('-', 50_000) + "1" },
        { "nots", "x = " + string.Concat(Enumerable.Repeat("not ", 50_000)) + "True" },
        { "powers", "x = " + string.Concat(Enumerable.Repeat("2 ** ", 50_000)) + "2" },
        { "conditionals", "x = " + string.Concat(Enumerable.Repeat("1 if 1 else ", 50_000)) + "2" },
        { "lambdas", "x = " + string.Concat(Enumerable.Repeat("lambda: ", 20_000)) + "2" },
        { "a long sum", "x = " + string.Join('+', Enumerable.Repeat("1", 60_000)) },
        { "many calls of calls", "x = f" + string.Concat(Enumerable.Repeat("()", 60_000)) },
        { "many attributes", "import px\nx = px" + string.Concat(Enumerable.Repeat(".a", 60_000)) },
        { "deep blocks", Nest("if True:\n", 2_000) },
        { "deep functions", Nest("def f():\n", 2_000) },
        { "blocks under broken headers", Nest("def (:\n", 2_000) },
        { "many tokens", string.Concat(Enumerable.Repeat("x = 1\n", 150_000)) },
        { "many bytes", new string('#', 2 << 20) },
        { "recursion", "def f(x):\n    return f(x)\nf(1)" },
        { "recursion through two", "def g(x):\n    return x(x)\ng(g)" },
        { "calls that double", Double(40, i => $"def f{i}():\n    f{i - 1}()\n    return f{i - 1}()\n") },
        { "texts that double", Repeat("s = 'aaaaaaaaaaaaaaaa'\n", "s = s + s\n", 60) },
        { "expressions that double", Repeat(Start + "c = df.latency\n", "c = c + c\n", 60) + "df.x = c" },
        { "expressions that deepen", Repeat(Start + "c = df.latency\n", "c = c + 1\n", 3_000) + "df.x = c" },
        { "casts that deepen", Repeat(Start + "c = df.latency\n", "c = px.Bytes(c)\n", 3_000) + "df.x = c" },
        { "texts of a large one", Repeat("s = 'aaaaaaaaaaaaaaaa'\n", "s = s + s\n", 15) + Texts(3_000) },
        { "expressions of a large text", Repeat(Start + "s = 'aaaaaaaaaaaaaaaa'\n", "s = s + s\n", 15)
            + "c = df.req_path == s\n" + Repeat("", "c = c and c\n", 9) + "px.display(df[c])" },
        { "merges", Repeat(Start + "def m(df):\n    df = df.merge(df, 'inner', 'upid', 'upid', ['', '_y'])\n"
            + "    return df[['upid']]\n", "df = m(df)\n", 10_000) },
        { "merges that double", Start + string.Concat(Enumerable.Range(0, 60).Select(
            i => $"df = df.merge(df, 'inner', 'upid', 'upid', ['', '_{i}'])\n")) + "px.display(df)" },
        { "suffixes that grow", Repeat(Start + "s = '_'\ndf = df[['upid']]\n",
            "df = df.merge(df, 'inner', 'upid', 'upid', ['', s])['upid' + s, 'upid']\ndf = df[['upid']]\ns = s + s\n",
            15) + "px.display(df)" },
        { "appends of many", Start + "px.display(df.append([" + string.Join(',', Enumerable.Repeat("df", 70_000))
            + "]))" },
        { "windows", Repeat(Start, "df = df.rolling('1s').agg(upid=('upid', px.any))\n", 2_000) },
        { "streams of long chains", Repeat(Start, "df.x = df.latency + 1\ndf.stream()\n", 1_500) },
        { "one of many values", Start + "px.display(df[px.equals_any(df.latency, ["
            + string.Join(',', Enumerable.Range(0, 50_000)) + "])])" },
        { "dictionaries within each other", "x = " + string.Concat(Enumerable.Repeat("{'a': ", 50_000)) },
        { "a large dictionary", "import px\npx.script_reference('a', 'b', {"
            + string.Join(',', Enumerable.Repeat("'a': 'b'", 40_000)) + "})" },
        { "a large list", Start + "df[[" + string.Join(',', Enumerable.Range(0, 80_000).Select(i => $"'{i}'")) + "]]\n"
            + "px.display(df.drop([" + string.Join(',', Enumerable.Repeat("'upd'", 10_000)) + "]))" },
        { "many imports of views", Repeat("import px\nimport pxviews\n",
            "pxviews.http_graph('-5m', px.now())\n", 10_000) },
        { "tracepoints", "import pxtrace\n" + string.Concat(Enumerable.Range(0, 2_000).Select(
            i => $"pxtrace.UpsertTracepoint('a{i}', 'b', 'c', pxtrace.kprobe(), '5m')\n")) },
        { "a large program in many tracepoints", Repeat("import pxtrace\ns = 'aaaaaaaaaaaaaaaa'\n", "s = s + s\n", 15)
            + string.Concat(Enumerable.Range(0, 90).Select(
                i => $"pxtrace.UpsertTracepoint('a{i}', 'b', s, pxtrace.kprobe(), '5m')\n")) },
        { "many operations", Repeat(Start, "df.x = df.latency + df.x\n", 20_000) },
        { "many outputs", Repeat(Start, "px.display(df)\n", 300) },
        { "many columns", string.Concat([Start, .. Enumerable.Range(0, 1_100).Select(i => $"df.x{i} = 1\n"),
            "px.display(df)"]) },
    };

    [Theory]
    [MemberData(nameof(Pathological))]
    public void Compile_ScriptMadeToCostMuch_EndsWithAMessage(string what, string script)
    {
        var watch = Stopwatch.StartNew();

        var result = TestTables.Compile(script);

        Assert.Null(result.Plan);
        Assert.Contains(result.Diagnostics, diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{what} took {watch.Elapsed}");
    }

    [Fact]
    public void Compile_OnASmallStack_EndsWithAMessage()
    {
        // The deepest nesting that the limits allow, through as many calls as they allow.
        var nested = new string('(', 90) + "f(x)" + new string(')', 90);
        var script = $"def f(x):\n    return [[[[{nested}, 1], 1], 1], 1]\nf(1)";
        CompileResult? result = null;
        var thread = new Thread(() => result = TestTables.Compile(script), maxStackSize: 512 << 10);

        thread.Start();
        thread.Join();

        Assert.Equal(DiagnosticCodes.Limit, Assert.Single(result!.Diagnostics).Code);
    }

    [Fact]
    public void Compile_ManyAssignments_GivesAPlanThatTravels()
    {
        var script = Repeat(Start, "df.latency = df.latency + 1\n", 1_500) + "px.display(df[['latency']])";

        var result = TestTables.Compile(script);

        var decoded = PlanCodec.Decode(PlanCodec.Encode(result.Plan!));
        Assert.Equal(PlanText.Render(result.Plan!), PlanText.Render(decoded));
        Assert.InRange(decoded.Nodes.OfType<MapNode>().Count(), 5, 20);
    }

    [Fact]
    public void Compile_FiltersOverManyMaps_IsDoneInSeconds()
    {
        var script = new StringBuilder(Start);
        for (var i = 0; i < 300; i++)
        {
            script.Append($"df.a{i} = df.latency + {i}\n");
        }

        script.Append("p = df.resp_status == 200\n");
        for (var i = 0; i < 300; i++)
        {
            script.Append($"p = p and df.resp_status != {i}\n".Replace("p and", i % 150 == 0 ? "True and" : "p and"));
            script.Append("df = df[p]\n");
        }

        var watch = Stopwatch.StartNew();

        var result = TestTables.Compile(script + "px.display(df)");

        Assert.Empty(result.Diagnostics);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"took {watch.Elapsed}");
    }

    private static string Nest(string header, int depth)
    {
        var script = new StringBuilder();
        for (var i = 0; i < depth; i++)
        {
            script.Append(' ', i).Append(header);
        }

        return script.Append(' ', depth).Append("x = 1\n").ToString();
    }

    private static string Double(int levels, Func<int, string> level)
    {
        var script = new StringBuilder("def f0():\n    return 1\n");
        for (var i = 1; i <= levels; i++)
        {
            script.Append(level(i));
        }

        return script.Append($"f{levels}()\n").ToString();
    }

    private static string Texts(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"t{i} = s + '{i}'\n"));

    private static string Repeat(string start, string line, int count) =>
        start + string.Concat(Enumerable.Repeat(line, count));
}
