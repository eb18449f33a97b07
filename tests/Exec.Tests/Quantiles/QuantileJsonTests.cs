using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Quantiles;

namespace PixieOrleans.Exec.Tests.Quantiles;

public sealed class QuantileJsonTests
{
    [Theory]
    [InlineData(2, "2.0")]
    [InlineData(0.25, "0.25")]
    [InlineData(-1e20, "-1.0E+20")]
    [InlineData(1.5e-9, "1.5E-09")]
    public void Write_OneValue_AlwaysHasAPoint(double value, string text)
    {
        var workspace = new TDigestWorkspace(new MemoryBudget(1 << 20));
        var digest = new TDigest();
        digest.Add(value, workspace);
        digest.Compress(workspace);
        using var arena = new StringArena(1 << 16);

        QuantileJson.Write(digest, arena);
        arena.EndCell();

        Assert.Equal(
            $$"""{"p01":{{text}},"p10":{{text}},"p25":{{text}},"p50":{{text}}"""
            + $$""","p75":{{text}},"p90":{{text}},"p99":{{text}}}""",
            Encoding.UTF8.GetString(arena.ToColumn().GetUtf8(0)));
    }
}
