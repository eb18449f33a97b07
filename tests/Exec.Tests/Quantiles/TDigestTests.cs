using CsCheck;
using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Quantiles;

namespace PixieOrleans.Exec.Tests.Quantiles;

public sealed class TDigestTests
{
    private static readonly double[] Shares = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

    [Fact]
    public void Quantile_FewValues_InterpolatesBetweenThem()
    {
        var digest = DigestOf(1, 2, 2, 1, 1, 5, 6);

        Assert.Equal(1, digest.Quantile(0.01));
        Assert.Equal(1, digest.Quantile(0.1));
        Assert.Equal(2, digest.Quantile(0.5));
        Assert.Equal(5.8, digest.Quantile(0.9), 1e-12);
        Assert.Equal(6, digest.Quantile(0.99));
    }

    [Fact]
    public void Quantile_NoValuesOrOnlyNaN_IsZero()
    {
        Assert.Equal(0, DigestOf().Quantile(0.5));
        Assert.Equal(0, DigestOf(double.NaN).Quantile(0.5));
    }

    [Fact]
    public void Quantile_Infinities_StayFinite()
    {
        var digest = DigestOf([.. Enumerable.Repeat(double.PositiveInfinity, 5000), double.NegativeInfinity]);

        Assert.Equal(TDigest.MaxMagnitude, digest.Quantile(0.5));
        Assert.Equal(-TDigest.MaxMagnitude, digest.Min);
    }

    [Fact]
    public void Quantile_AnyDistribution_IsWithinTheRankError() =>
        Values().Sample(values => AssertWithinRankError(DigestOf(values), values));

    [Fact]
    public void Merge_OfPartsThroughBytes_IsWithinTheRankError() =>
        Gen.Select(Values(), Gen.Int[1, 12]).Sample(
            (values, parts) =>
            {
                var workspace = new TDigestWorkspace(new MemoryBudget(long.MaxValue));
                var merged = new TDigest();
                foreach (var part in values.Select((value, i) => (value, i)).GroupBy(pair => pair.i % parts))
                {
                    var state = new StateReader(BytesOf(DigestOf([.. part.Select(pair => pair.value)])));
                    TDigestCodec.MergeInto(merged, ref state, workspace);
                }

                merged.Compress(workspace);
                AssertWithinRankError(merged, values);
            });

    [Fact]
    public void Add_MillionsOfValues_KeepsTheCentroidsBounded()
    {
        var workspace = new TDigestWorkspace(new MemoryBudget(1 << 20));
        var (digest, random) = (new TDigest(), new Random(7));

        for (var i = 0; i < 1_000_000; i++)
        {
            digest.Add(random.NextDouble(), workspace);
        }

        digest.Compress(workspace);
        Assert.InRange(digest.Centroids.Length, TDigest.Compression / 2, TDigest.Compression);
        Assert.Equal(1_000_000, digest.Count);
        Assert.Equal(0.5, digest.Quantile(0.5), 0.001);
    }

    public static TheoryData<byte[], string> BadStates => new()
    {
        { [1, 2, 3], "ends" },
        { State(2, 1), "reaches from" },
        { State(1, double.PositiveInfinity), "is ∞" },
        { [.. State(1, 2, 1.5), 0], "no weight" },
        { [.. State(1, 2, 1.5), 0x80], "ends" },
        { [.. State(1, 2, 1.5), 1, .. State(1.2), 1], "not in order" },
        { [.. State(1, 2, 3), 1], "not in order" },
        { [.. State(1, 2, 1.5), 255, 255, 255, 255, 255, 255, 255, 255, 255, 1], "too many bytes" },
    };

    [Theory]
    [MemberData(nameof(BadStates))]
    public void MergeInto_BytesThatAreNoDigest_AreRefused(byte[] bytes, string why)
    {
        var failure = Assert.Throws<InvalidStateException>(() =>
        {
            var state = new StateReader(bytes);
            TDigestCodec.MergeInto(new TDigest(), ref state, new TDigestWorkspace(new MemoryBudget(1 << 20)));
        });

        Assert.Contains(why.Replace("∞", "Infinity", StringComparison.Ordinal), failure.Message,
            StringComparison.Ordinal);
    }

    private static Gen<double[]> Values() => Gen.Select(Gen.Int[1, 30_000], Gen.Int[0, 3], Gen.Int).Select(
        (count, shape, seed) =>
        {
            var random = new Random(seed);
            return Enumerable.Range(0, count).Select(i => shape switch
            {
                0 => random.NextDouble(),
                1 => Math.Exp(10 * random.NextDouble()),
                2 => random.Next(20),
                _ => i - count / 2.0,
            }).ToArray();
        });

    private static TDigest DigestOf(params double[] values)
    {
        var workspace = new TDigestWorkspace(new MemoryBudget(long.MaxValue));
        var digest = new TDigest();
        foreach (var value in values)
        {
            digest.Add(value, workspace);
        }

        digest.Compress(workspace);
        return digest;
    }

    // The estimate lies between the values whose ranks are a little lower and a little higher.
    private static void AssertWithinRankError(TDigest digest, double[] values)
    {
        var sorted = values.Order().ToArray();
        Assert.Equal(values.Length, digest.Count);
        foreach (var share in Shares)
        {
            var slack = 1 + 0.005 * values.Length; // three cells of the grid, where it is coarsest
            var low = sorted[(int)Math.Clamp(share * values.Length - 0.5 - slack, 0, values.Length - 1)];
            var high = sorted[(int)Math.Clamp(share * values.Length - 0.5 + slack + 1, 0, values.Length - 1)];
            Assert.InRange(digest.Quantile(share), low - 1e-9 * Math.Abs(low), high + 1e-9 * Math.Abs(high));
        }
    }

    private static byte[] BytesOf(TDigest digest)
    {
        using var arena = new StringArena(1 << 20);
        TDigestCodec.Write(digest, arena);
        arena.EndCell();
        return arena.ToColumn().GetUtf8(0).ToArray();
    }

    private static byte[] State(params double[] values) => [.. values.SelectMany(BitConverter.GetBytes)];
}
