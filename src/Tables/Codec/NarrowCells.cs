using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PixieOrleans.Tables.Codec;

/// <summary>Integers as offsets from a base, in 1, 2 or 4 bytes each, little endian.</summary>
internal static class NarrowCells
{
    /// <summary>Bytes per cell when all lie in [0, <paramref name="range"/>]; 8 when nothing is saved.</summary>
    public static int WidthOf(ulong range) => range switch
    {
        <= byte.MaxValue => 1,
        <= ushort.MaxValue => 2,
        <= uint.MaxValue => 4,
        _ => 8,
    };

    /// <summary>Writes cells; <paramref name="target"/> has the bytes of their width each.</summary>
    public static void Write(ReadOnlySpan<long> cells, long from, int width, Span<byte> target)
    {
        switch (width)
        {
            case 1:
                target = target[..cells.Length];
                for (var i = 0; i < cells.Length; i++)
                {
                    target[i] = unchecked((byte)(cells[i] - from));
                }

                break;
            case 2:
                var shorts = MemoryMarshal.Cast<byte, ushort>(target)[..cells.Length];
                for (var i = 0; i < cells.Length; i++)
                {
                    shorts[i] = unchecked((ushort)(cells[i] - from));
                }

                break;
            default:
                var words = MemoryMarshal.Cast<byte, uint>(target)[..cells.Length];
                for (var i = 0; i < cells.Length; i++)
                {
                    words[i] = unchecked((uint)(cells[i] - from));
                }

                break;
        }
    }

    /// <summary>Writes codes, which are small and not negative, in 1 or 2 bytes each.</summary>
    public static void Write(ReadOnlySpan<int> codes, int width, Span<byte> target)
    {
        if (width == 1)
        {
            target = target[..codes.Length];
            for (var i = 0; i < codes.Length; i++)
            {
                target[i] = (byte)codes[i];
            }
        }
        else
        {
            var shorts = MemoryMarshal.Cast<byte, ushort>(target)[..codes.Length];
            for (var i = 0; i < codes.Length; i++)
            {
                shorts[i] = (ushort)codes[i];
            }
        }
    }

    /// <summary>Reads what <see cref="Write(ReadOnlySpan{long}, long, int, Span{byte})"/> wrote; sums wrap.</summary>
    public static void Read(ReadOnlySpan<byte> source, int width, long from, Span<long> cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            cells[i] = unchecked(from + Cell(source, width, i));
        }
    }

    /// <summary>Reads codes; the greatest of them, or -1.</summary>
    public static int Read(ReadOnlySpan<byte> source, int width, Span<int> codes)
    {
        var max = -1;
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = (int)Cell(source, width, i);
            max = Math.Max(max, codes[i]);
        }

        return max;
    }

    private static long Cell(ReadOnlySpan<byte> source, int width, int index) => width switch
    {
        1 => source[index],
        2 => BinaryPrimitives.ReadUInt16LittleEndian(source[(2 * index)..]),
        _ => BinaryPrimitives.ReadUInt32LittleEndian(source[(4 * index)..]),
    };
}
