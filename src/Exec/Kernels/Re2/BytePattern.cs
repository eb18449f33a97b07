using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace PixieOrleans.Exec.Kernels.Re2;

/// <summary>Pieces of a pattern for .NET that matches bytes of UTF-8.</summary>
/// <remarks>
/// One byte is one character: below 0x80 itself, above 0xE000 + byte, where Unicode has no letters. So positions are
/// those of the bytes, what is no UTF-8 can be matched over, and a word boundary is one of ASCII, as RE2 has it.
/// A code point above ASCII becomes the sequence of its bytes.
/// </remarks>
internal static class BytePattern
{
    /// <summary>What is added to a byte from 0x80 on.</summary>
    public const int HighByteOffset = 0xE000;

    /// <summary>Any code point above ASCII; like RE2 this takes overlong forms too.</summary>
    private const string AnyAboveAscii =
        @"[\uE0C2-\uE0DF][\uE080-\uE0BF]|[\uE0E0-\uE0EF][\uE080-\uE0BF]{2}|[\uE0F0-\uE0F4][\uE080-\uE0BF]{3}";

    private const int ClassesAboveAscii = 9; // in the text above, repeated ones too
    private const int ContinuationBits = 6;
    private const int MaxAscii = 0x7F;

    /// <summary>Any single byte.</summary>
    public const string AnyByte = @"[\u0000-\u007F\uE080-\uE0FF]";

    /// <summary>Appends a set as one atom; returns the number of classes in it.</summary>
    public static int Append(RuneSet set, StringBuilder pattern)
    {
        var ascii = new StringBuilder();
        var sequences = new List<(byte First, byte Last)[]>();
        var hasAllAboveAscii = false;
        foreach (var (first, last) in set.Ranges)
        {
            if (first <= MaxAscii)
            {
                AppendRange(first, Math.Min(last, MaxAscii), ascii);
            }

            hasAllAboveAscii |= last == RuneSet.MaxRune && first <= MaxAscii + 1;
            if (last > MaxAscii && !hasAllAboveAscii)
            {
                AddSequences(Math.Max(first, MaxAscii + 1), last, sequences);
            }
        }

        if (sequences.Count == 0 && !hasAllAboveAscii)
        {
            pattern.Append(ascii.Length == 0 ? @"[^\s\S]" : $"[{ascii}]");
            return 1;
        }

        pattern.Append("(?:");
        if (ascii.Length > 0)
        {
            pattern.Append('[').Append(ascii).Append("]|");
        }

        var size = hasAllAboveAscii
            ? ClassesAboveAscii
            : AppendSequences(CollectionsMarshal.AsSpan(sequences), 0, pattern);
        pattern.Append(hasAllAboveAscii ? AnyAboveAscii : "").Append(')');
        return 1 + size;
    }

    // Sequences with the same beginning share it, last bytes share a class: a category has hundreds of ranges.
    private static int AppendSequences(
        ReadOnlySpan<(byte First, byte Last)[]> sequences, int depth, StringBuilder pattern)
    {
        if (sequences[0].Length == depth + 1)
        {
            pattern.Append('[');
            foreach (var sequence in sequences)
            {
                AppendRange(HighByteOffset + sequence[depth].First, HighByteOffset + sequence[depth].Last, pattern);
            }

            pattern.Append(']');
            return 1;
        }

        var size = 0;
        pattern.Append("(?:");
        while (!sequences.IsEmpty)
        {
            var same = 1;
            while (same < sequences.Length && sequences[same][depth] == sequences[0][depth])
            {
                same++;
            }

            pattern.Append('[');
            AppendRange(HighByteOffset + sequences[0][depth].First, HighByteOffset + sequences[0][depth].Last, pattern);
            pattern.Append(']');
            size += 1 + AppendSequences(sequences[..same], depth + 1, pattern);
            sequences = sequences[same..];
            pattern.Append(sequences.IsEmpty ? ')' : '|');
        }

        return size;
    }

    // A range whose code points have the same length and differ in whole trailing bytes is one sequence of ranges.
    private static void AddSequences(int first, int last, List<(byte First, byte Last)[]> sequences)
    {
        foreach (var limit in (ReadOnlySpan<int>)[0x7FF, 0xFFFF])
        {
            if (first <= limit && last > limit)
            {
                AddSequences(first, limit, sequences);
                AddSequences(limit + 1, last, sequences);
                return;
            }
        }

        for (var bits = ContinuationBits; bits <= 3 * ContinuationBits; bits += ContinuationBits)
        {
            var mask = (1 << bits) - 1;
            if ((first & ~mask) == (last & ~mask))
            {
                continue;
            }

            var cut = (first & mask) != 0 ? first | mask : (last & mask) != mask ? (last & ~mask) - 1 : -1;
            if (cut >= 0)
            {
                AddSequences(first, cut, sequences);
                AddSequences(cut + 1, last, sequences);
                return;
            }
        }

        Span<byte> from = stackalloc byte[4];
        Span<byte> to = stackalloc byte[4];
        var sequence = new (byte First, byte Last)[Encode(first, from)];
        Encode(last, to);
        for (var i = 0; i < sequence.Length; i++)
        {
            sequence[i] = (from[i], to[i]);
        }

        sequences.Add(sequence);
    }

    // By hand: surrogates, which no text may have but a pattern may name, are encoded like the rest.
    private static int Encode(int code, Span<byte> bytes)
    {
        var length = code <= 0x7FF ? 2 : code <= 0xFFFF ? 3 : 4;
        for (var i = length - 1; i > 0; i--)
        {
            bytes[i] = (byte)(0x80 | code & 0x3F);
            code >>= ContinuationBits;
        }

        bytes[0] = (byte)(0xF00 >> length | code);
        return length;
    }

    private static void AppendRange(int first, int last, StringBuilder pattern)
    {
        pattern.Append(CultureInfo.InvariantCulture, $@"\u{first:X4}");
        if (last > first)
        {
            pattern.Append(CultureInfo.InvariantCulture, $@"-\u{last:X4}");
        }
    }
}
