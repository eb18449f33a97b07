namespace PixieOrleans.TestKit;

/// <summary>A piece of one direction of a connection, at its position.</summary>
public readonly record struct Fragment(ulong Position, byte[] Bytes)
{
    /// <summary>Position after the piece.</summary>
    public ulong End => Position + (ulong)Bytes.Length;
}

/// <summary>Cuts byte streams into pieces, the ways that a network or a lossy tracer does.</summary>
public static class Fragments
{
    /// <summary>Pieces of <paramref name="chunk"/> bytes; the last may be shorter.</summary>
    public static IEnumerable<Fragment> InChunks(byte[] bytes, int chunk)
    {
        for (var at = 0; at < bytes.Length; at += chunk)
        {
            yield return new Fragment((ulong)at, bytes[at..Math.Min(bytes.Length, at + chunk)]);
        }
    }

    /// <summary>Two pieces for every place between two bytes.</summary>
    public static IEnumerable<Fragment[]> AtEveryByte(byte[] bytes)
    {
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            yield return [new Fragment(0, bytes[..cut]), new Fragment((ulong)cut, bytes[cut..])];
        }
    }

    /// <summary>The bytes without a range: what is before and after it; empty pieces are left out.</summary>
    public static IEnumerable<Fragment> Without(Fragment fragment, ulong from, ulong length)
    {
        var start = (int)Math.Clamp((long)from - (long)fragment.Position, 0, fragment.Bytes.Length);
        var end = (int)Math.Clamp((long)(from + length) - (long)fragment.Position, 0, fragment.Bytes.Length);
        if (start > 0)
        {
            yield return new Fragment(fragment.Position, fragment.Bytes[..start]);
        }

        if (end < fragment.Bytes.Length)
        {
            yield return new Fragment(fragment.Position + (ulong)end, fragment.Bytes[end..]);
        }
    }

    /// <summary>The pieces in another order, the same for the same seed.</summary>
    public static Fragment[] Shuffle(IEnumerable<Fragment> fragments, int seed)
    {
        var shuffled = fragments.ToArray();
        new Random(seed).Shuffle(shuffled);
        return shuffled;
    }
}
