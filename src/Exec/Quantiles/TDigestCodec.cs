using PixieOrleans.Exec.Aggregation;
using PixieOrleans.Exec.Expressions;

namespace PixieOrleans.Exec.Quantiles;

/// <summary>Digests as bytes; the layout is that of the quantiles aggregate's state.</summary>
internal static class TDigestCodec
{
    private const int MaxWeightBytes = 9; // 63 bits

    /// <summary>Writes a compressed digest; nothing when it is empty.</summary>
    public static void Write(TDigest digest, StringArena output)
    {
        if (digest.Centroids.IsEmpty)
        {
            return;
        }

        output.AppendFloat64(digest.Min);
        output.AppendFloat64(digest.Max);
        foreach (var centroid in digest.Centroids)
        {
            output.AppendFloat64(centroid.Mean);
            WriteWeight(centroid.Weight, output);
        }
    }

    /// <summary>Adds what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidStateException">Not a digest.</exception>
    public static void MergeInto(TDigest digest, ref StateReader state, TDigestWorkspace workspace)
    {
        var (min, max) = (state.ReadFinite(), state.ReadFinite());
        if (min > max || min < -TDigest.MaxMagnitude || max > TDigest.MaxMagnitude)
        {
            throw new InvalidStateException($"A digest reaches from {min} to {max}.");
        }

        digest.Compress(workspace); // which uses the same place
        var incoming = workspace.Sorted.AsSpan(0, TDigest.Compression);
        var count = 0;
        var (previous, total) = (min, digest.Count);
        while (state.Remaining > 0)
        {
            var mean = state.ReadFinite();
            var weight = ReadWeight(ref state);
            if (mean < previous || mean > max || weight > long.MaxValue - total || count == incoming.Length)
            {
                throw new InvalidStateException("The centroids of a digest are not in order or too many.");
            }

            incoming[count++] = new Centroid(mean, weight);
            (previous, total) = (mean, total + weight);
        }

        digest.Merge(count, min, max, workspace);
    }

    private static void WriteWeight(long weight, StringArena output)
    {
        for (; weight >= 0x80; weight >>= 7)
        {
            output.Append((byte)(weight | 0x80));
        }

        output.Append((byte)weight);
    }

    private static long ReadWeight(ref StateReader state)
    {
        var weight = 0L;
        for (var i = 0; i < MaxWeightBytes; i++)
        {
            var part = state.Take(1)[0];
            weight |= (long)(part & 0x7F) << (7 * i);
            if (part < 0x80)
            {
                return weight > 0 ? weight : throw new InvalidStateException("A centroid has no weight.");
            }
        }

        throw new InvalidStateException("The weight of a centroid has too many bytes.");
    }
}
