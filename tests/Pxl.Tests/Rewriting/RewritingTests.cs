using System.Diagnostics;
using System.Globalization;
using PixieOrleans.Plans;

namespace PixieOrleans.Pxl.Tests.Rewriting;

/// <summary>Rewritten plans give the rows of the plans as written, run by the engine.</summary>
public sealed class RewritingTests
{
    private const int Seed = 20260217;

    private const int Scripts = 600; // at least

    private static readonly double Seconds = double.Parse(
        Environment.GetEnvironmentVariable("PXO_FUZZ_SECONDS") ?? "0", CultureInfo.InvariantCulture);

    [Fact]
    public void Compile_RandomScripts_RewritingKeepsTheRows()
    {
        var random = new Random(Seed);
        var rows = new RandomRows(random);
        var request = new CompileRequest(rows.Schemas, TestTables.NowNs);
        var (compared, changed, lines) = (0, 0, 0);
        var watch = Stopwatch.StartNew();
        for (; compared < Scripts || watch.Elapsed.TotalSeconds < Seconds; compared++)
        {
            var script = new RandomScript(random).Write();

            var written = Compile(script, request with { Rewrites = false });
            var rewritten = Compile(script, request);

            var expected = rows.Run(written);
            var actual = rows.Run(rewritten);
            Assert.True(
                expected.SequenceEqual(actual),
                $"{script}\n{PlanText.Render(written)}\n{PlanText.Render(rewritten)}\n" +
                $"{string.Join('\n', expected.Except(actual).Take(5))}\nbecame\n" +
                string.Join('\n', actual.Except(expected).Take(5)));
            changed += PlanText.Render(written) == PlanText.Render(rewritten) ? 0 : 1;
            lines += expected.Count;
        }

        Assert.True(changed > compared / 2, $"only {changed} plans were rewritten");
        Assert.True(rows.Bounded > compared / 20, $"only {rows.Bounded} scans had bounds");
        Assert.True(lines > compared * 10, $"only {lines} rows were compared");
    }

    private static Plan Compile(string script, CompileRequest request)
    {
        var result = PxlCompiler.Compile(script, request);
        Assert.True(result.Plan is not null, $"{script}\n{string.Join('\n', result.Diagnostics)}");
        return result.Plan;
    }
}
