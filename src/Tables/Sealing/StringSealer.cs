using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Tables.Sealing;

/// <summary>
/// Copies string cells into arrays of exactly their size; as codes into a dictionary when at most half of the cells
/// are distinct and that takes fewer bytes.
/// </summary>
internal static class StringSealer
{
    private const int MinRows = 16; // below, a dictionary saves nothing worth having
    private const int SampleRows = 256; // columns that never repeat are given up after this many cells
    private const int MaxProbes = 64; // slots looked at per cell: content cannot make sealing quadratic
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;

    // Secret of the process, so that content cannot be chosen to collide.
    private static readonly ulong Seed = (ulong)Random.Shared.NextInt64() | 1;

    // Codes of columns with one distinct value, shared by all batches: grows to the longest batch.
    private static int[] _zeroCodes = new int[4096];

    /// <summary>Seals a view of a growing column.</summary>
    /// <param name="cells">The cells, their offsets starting anywhere.</param>
    /// <param name="heldBytes">Bytes of the arrays that the result alone holds.</param>
    public static StringColumn Seal(ArenaStringColumn cells, out long heldBytes)
    {
        var rows = cells.Length;
        if (rows >= MinRows)
        {
            var codes = ArrayPool<int>.Shared.Rent(rows);
            var firsts = ArrayPool<int>.Shared.Rent(rows / 2);
            try
            {
                var distinct = Encode(cells, codes, firsts.AsSpan(0, rows / 2));
                if (distinct > 0)
                {
                    var dictionary = (ArenaStringColumn)ColumnGather.Gather(cells, firsts.AsSpan(0, distinct));
                    if (distinct == 1)
                    {
                        heldBytes = dictionary.Bytes;
                        return new DictionaryStringColumn(ZeroCodes(rows), dictionary);
                    }

                    heldBytes = dictionary.Bytes + ((long)rows * sizeof(int));
                    if (heldBytes < cells.Bytes)
                    {
                        return new DictionaryStringColumn(codes.AsMemory(0, rows).ToArray(), dictionary);
                    }
                }
            }
            finally
            {
                ArrayPool<int>.Shared.Return(codes);
                ArrayPool<int>.Shared.Return(firsts);
            }
        }

        return SealArena(cells, out heldBytes);
    }

    /// <summary>Gives every cell a code; the distinct count, or 0 when the cells repeat too little.</summary>
    private static int Encode(ArenaStringColumn cells, int[] codes, Span<int> firsts)
    {
        var slotCount = SlotCount(firsts.Length * 2);
        var slots = ArrayPool<int>.Shared.Rent(slotCount);
        slots.AsSpan(0, slotCount).Fill(-1);
        var offsets = cells.Offsets.Span;
        var arena = cells.Arena.Span;
        var distinct = 0;
        try
        {
            for (var row = 0; row < cells.Length; row++)
            {
                var cell = arena[offsets[row]..offsets[row + 1]];
                if (row > 0 && cell.SequenceEqual(arena[offsets[row - 1]..offsets[row]]))
                {
                    codes[row] = codes[row - 1];
                    continue;
                }

                var slot = Find(cell, arena, offsets, slots.AsSpan(0, slotCount), firsts);
                if (slot < 0 || (slots[slot] < 0 && distinct == firsts.Length)
                    || (row == SampleRows && distinct > SampleRows * 3 / 4))
                {
                    return 0;
                }

                if (slots[slot] < 0)
                {
                    firsts[distinct] = row;
                    slots[slot] = distinct++;
                }

                codes[row] = slots[slot];
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(slots);
        }

        return distinct;
    }

    /// <summary>The slot that holds the cell's code or is free for it; -1 after too many probes.</summary>
    private static int Find(
        ReadOnlySpan<byte> cell,
        ReadOnlySpan<byte> arena,
        ReadOnlySpan<int> offsets,
        ReadOnlySpan<int> slots,
        ReadOnlySpan<int> firsts)
    {
        var mask = slots.Length - 1;
        var slot = (int)(Hash(cell) & (ulong)mask);
        for (var probe = 0; probe < MaxProbes; probe++, slot = (slot + 1) & mask)
        {
            var code = slots[slot];
            if (code < 0 || cell.SequenceEqual(arena[offsets[firsts[code]]..offsets[firsts[code] + 1]]))
            {
                return slot;
            }
        }

        return -1;
    }

    private static ulong Hash(ReadOnlySpan<byte> cell)
    {
        var hash = Seed ^ ((ulong)cell.Length * Multiplier);
        while (cell.Length >= sizeof(ulong))
        {
            hash = Mix(hash ^ MemoryMarshal.Read<ulong>(cell));
            cell = cell[sizeof(ulong)..];
        }

        if (!cell.IsEmpty)
        {
            Span<byte> tail = stackalloc byte[sizeof(ulong)];
            tail.Clear();
            cell.CopyTo(tail);
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(tail));
        }

        return Mix(hash);
    }

    private static ulong Mix(ulong value)
    {
        var high = Math.BigMul(value, Multiplier, out var low);
        return high ^ low;
    }

    private static int SlotCount(int atLeast) => (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(atLeast, 16));

    private static ReadOnlyMemory<int> ZeroCodes(int rows)
    {
        var codes = _zeroCodes;
        if (codes.Length < rows)
        {
            codes = new int[BitOperations.RoundUpToPowerOf2((uint)rows)];
            _zeroCodes = codes; // a race leaves one of two equal arrays
        }

        return codes.AsMemory(0, rows);
    }

    private static ArenaStringColumn SealArena(ArenaStringColumn cells, out long heldBytes)
    {
        var source = cells.Offsets.Span;
        var start = source[0];
        var offsets = GC.AllocateUninitializedArray<int>(source.Length);
        for (var i = 0; i < offsets.Length; i++)
        {
            offsets[i] = source[i] - start;
        }

        var arena = cells.Arena.Slice(start, offsets[^1]).ToArray();
        heldBytes = arena.Length + ((long)offsets.Length * sizeof(int));
        return new ArenaStringColumn(offsets, arena);
    }
}
