using System.Diagnostics;
using System.Globalization;
using PixieOrleans.Plans;
using PixieOrleans.Pxl.Diagnostics;
using PixieOrleans.Pxl.Library;
using PixieOrleans.Pxl.Tests.Scripts;

namespace PixieOrleans.Pxl.Tests.Fuzz;

/// <summary>Scripts with random changes: the compiler answers, soon, and with places inside the script.</summary>
public sealed class MutatedScriptTests
{
    private const int Seed = 20260131;

    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", ",", ":", "=", "==", ".", "+", "-", "*", "**", "/", "%", "\n", "\n    ",
        "\n\t", " ", "\\\n", "#", "'", "\"", "'''", "0x", "1e", "9999999999999999999", "def ", "return ", "if ",
        "else", "lambda ", "import ", "for ", " in ", "not ", " and ", " or ", "px", "df", "px.DataFrame",
        "True", "None", "@", ";", "$",
        "\0", "\ud800", "é", "f'", "groupby", "agg", "head", "display",
        "px.display(df)\n", "df['latency']", "[['time_']]",
        ".merge(df, 'inner', 'upid', 'upid')", ".append(df)", ".append([df, df])", ".rolling('5s')", ".stream()",
        "df.ctx['pod']", "px.script_reference('a', 'b', {'c': 'd'})", "px.equals_any(df.latency, [1, 2])",
        "import pxtrace\n", "import pxviews\n", "pxviews.processes('-5m', px.now())", "px.GetTables()",
        "@px.vis.vega('')\n", "px.uint128('", "px.make_upid(1, 2, 3)", "px.export(df, px.otel.Data(",
        "pxtrace.UpsertTracepoint('a', 'b', 'c', pxtrace.kprobe(), '5m')\n", "px.strptime('1', '%s')",
    ];

    [Fact]
    public void Compile_MutatedScripts_AlwaysAnswers()
    {
        var seconds = double.Parse(
            Environment.GetEnvironmentVariable("PXO_FUZZ_SECONDS") ?? "3", CultureInfo.InvariantCulture);
        string[] scripts = [.. ScriptTests.Files
            .SelectMany(row => new ScriptFile(row.Data).Chunks)
            .Select(chunk => chunk.Text)
            .Append(ScriptLibrary.Find("pxviews")! + "px.display(processes('-5m', px.now()))\n")];
        var random = new Random(Seed);
        var watch = Stopwatch.StartNew();
        var (compiled, plans) = (0, 0);
        while (watch.Elapsed.TotalSeconds < seconds)
        {
            var script = Mutate(scripts[random.Next(scripts.Length)], scripts, random);
            compiled++;
            plans += Check(script) ? 1 : 0;
        }

        Assert.True(plans > compiled / 100, $"only {plans} of {compiled} scripts compiled: too much was changed");
    }

    private static bool Check(string script)
    {
        var watch = Stopwatch.StartNew();
        CompileResult result;
        try
        {
            result = TestTables.Compile(script);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"The compiler threw on:\n{script}", e);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed} for:\n{script}");
        var failed = result.Diagnostics.Any(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
        Assert.True(failed == result.Plan is null, $"plan and errors do not agree for:\n{script}");
        var lines = script.Split('\n').Length + script.Count(c => c == '\r');
        Assert.All(result.Diagnostics, diagnostic => Assert.InRange(diagnostic.Span.Line, 1, lines));
        Assert.All(result.Diagnostics, diagnostic => Assert.NotEmpty(DiagnosticText.Render(script, diagnostic)));
        if (result.Plan is not null)
        {
            var decoded = PlanCodec.Decode(PlanCodec.Encode(result.Plan));
            Assert.Equal(PlanText.Render(result.Plan), PlanText.Render(decoded));
        }

        return result.Plan is not null;
    }

    private static string Mutate(string script, string[] scripts, Random random)
    {
        for (var changes = random.Next(1, 5); changes > 0; changes--)
        {
            var from = random.Next(script.Length + 1);
            var to = Math.Min(script.Length, from + random.Next(8));
            script = random.Next(4) switch
            {
                0 => script.Remove(from, to - from),
                1 => script.Insert(from, Pieces[random.Next(Pieces.Length)]),
                2 => script.Remove(from, to - from).Insert(from, Pieces[random.Next(Pieces.Length)]),
                _ => Splice(script, scripts[random.Next(scripts.Length)], random),
            };
        }

        return script;
    }

    // Lines of another script in the middle of this one.
    private static string Splice(string script, string other, Random random)
    {
        var (lines, others) = (script.Split('\n').ToList(), other.Split('\n'));
        var start = random.Next(others.Length);
        var count = Math.Min(random.Next(1, 4), others.Length - start);
        lines.InsertRange(random.Next(lines.Count + 1), others.Skip(start).Take(count));
        return string.Join('\n', lines);
    }
}
