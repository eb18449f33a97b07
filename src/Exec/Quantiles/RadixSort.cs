using System.Runtime.InteropServices;

namespace PixieOrleans.Exec.Quantiles;

/// <summary>Sorts doubles without NaN by their bytes; arrays it works in are kept from call to call.</summary>
/// <remarks>
/// Bytes that are the same in all values are skipped: durations in whole nanoseconds need about five passes of the
/// eight.
/// </remarks>
internal sealed class RadixSort
{
    private const int Digits = 8;
    private const int Buckets = 256;
    private const int MinLength = 128; // below, the library's sort is faster

    private readonly int[] _counts = new int[Digits * Buckets];
    private ulong[] _spare = [];

    /// <summary>Sorts in place.</summary>
    public void Sort(Span<double> values)
    {
        if (values.Length < MinLength)
        {
            values.Sort();
            return;
        }

        if (_spare.Length < values.Length)
        {
            _spare = new ulong[values.Length];
        }

        var keys = MemoryMarshal.Cast<double, ulong>(values);
        Array.Clear(_counts);
        CountDigits(keys);
        var source = keys;
        var target = _spare.AsSpan(0, keys.Length);
        for (var digit = 0; digit < Digits; digit++)
        {
            var counts = _counts.AsSpan(digit * Buckets, Buckets);
            if (counts[(int)(source[0] >> (8 * digit)) & 255] == keys.Length)
            {
                continue; // the same byte everywhere
            }

            Scatter(source, target, counts, 8 * digit);
            var swap = source;
            source = target;
            target = swap;
        }

        Restore(source, keys);
    }

    // Turns bits so that unsigned order is the order of the numbers, and counts all digits in the same pass.
    private void CountDigits(Span<ulong> keys)
    {
        var counts = _counts;
        for (var i = 0; i < keys.Length; i++)
        {
            var bits = keys[i];
            var key = bits ^ ((ulong)((long)bits >> 63) | 0x8000_0000_0000_0000);
            keys[i] = key;
            for (var digit = 0; digit < Digits; digit++)
            {
                counts[digit * Buckets + (int)(key & 255)]++;
                key >>= 8;
            }
        }
    }

    private static void Scatter(ReadOnlySpan<ulong> source, Span<ulong> target, Span<int> counts, int shift)
    {
        var position = 0;
        for (var i = 0; i < Buckets; i++)
        {
            var count = counts[i];
            counts[i] = position;
            position += count;
        }

        foreach (var key in source)
        {
            target[counts[(int)(key >> shift) & 255]++] = key;
        }
    }

    private static void Restore(ReadOnlySpan<ulong> sorted, Span<ulong> values)
    {
        for (var i = 0; i < sorted.Length; i++)
        {
            var key = sorted[i];
            values[i] = key ^ (~(ulong)((long)key >> 63) | 0x8000_0000_0000_0000);
        }
    }
}
