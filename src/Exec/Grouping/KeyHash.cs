using System.Buffers.Binary;
using System.Security.Cryptography;

namespace PixieOrleans.Exec.Grouping;

/// <summary>
/// Hashes of group keys. Keys come from traffic, so the hash is seeded per process: nobody can prepare keys that
/// collide.
/// </summary>
internal static class KeyHash
{
    private static readonly ulong SeedA = RandomSeed();
    private static readonly ulong SeedB = RandomSeed() | 1;

    /// <summary>Hash of 64 bits.</summary>
    public static ulong Of(long value) => Mix((ulong)value ^ SeedA, SeedB);

    /// <summary>Hash of bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> value)
    {
        var hash = SeedB ^ (ulong)value.Length; // the length keeps "a" and "a\0" apart
        while (value.Length > 16)
        {
            hash = Mix(
                BinaryPrimitives.ReadUInt64LittleEndian(value) ^ SeedA,
                BinaryPrimitives.ReadUInt64LittleEndian(value[8..]) ^ hash);
            value = value[16..];
        }

        ReadTail(value, out var first, out var last);
        return Mix(SeedB ^ 0x9E3779B97F4A7C15, Mix(first ^ SeedA, last ^ hash));
    }

    // Up to 16 bytes as two words, which overlap unless there are 16.
    private static void ReadTail(ReadOnlySpan<byte> tail, out ulong first, out ulong last)
    {
        if (tail.Length >= 8)
        {
            first = BinaryPrimitives.ReadUInt64LittleEndian(tail);
            last = BinaryPrimitives.ReadUInt64LittleEndian(tail[^8..]);
        }
        else if (tail.Length >= 4)
        {
            first = BinaryPrimitives.ReadUInt32LittleEndian(tail);
            last = BinaryPrimitives.ReadUInt32LittleEndian(tail[^4..]);
        }
        else if (tail.Length > 0)
        {
            first = tail[0] | (uint)tail[tail.Length >> 1] << 8 | (uint)tail[^1] << 16;
            last = 0;
        }
        else
        {
            (first, last) = (0, 0);
        }
    }

    private static ulong Mix(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }

    private static ulong RandomSeed()
    {
        Span<byte> seed = stackalloc byte[8];
        RandomNumberGenerator.Fill(seed);
        return BinaryPrimitives.ReadUInt64LittleEndian(seed);
    }
}
