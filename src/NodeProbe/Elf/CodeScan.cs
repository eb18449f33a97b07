using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>A place in code that leads to an address.</summary>
/// <param name="Site">Address of the instruction, or of its operation code behind prefixes.</param>
/// <param name="Target">Where it leads.</param>
internal readonly record struct CodeReference(ulong Site, ulong Target);

/// <summary>
/// Looks through all code of a file without decoding it: bytes that form an address or call one. Some of what it finds
/// lies within other instructions. Memory: one window, and as many hits as allowed.
/// </summary>
internal static class CodeScan
{
    private const int WindowBytes = 1 << 20;
    private const int MaxHits = 1 << 16;
    private const int InstructionBytes = 8; // above the longest looked for
    private const byte Lea = 0x8D;
    private const byte CallNear = 0xE8;

    /// <summary>What is done with one window: its bytes, and the address of the first.</summary>
    private delegate void WindowVisitor(ReadOnlySpan<byte> window, ulong address);

    /// <summary>Places that load one of some addresses: lea register, [rip + n]; mov register, n.</summary>
    public static List<CodeReference> FindLoads(ElfFile file, IReadOnlyList<ulong> addresses)
    {
        var found = new List<CodeReference>();
        Visit(file, (window, start) =>
        {
            FindRelative(window, start, addresses, found);
            foreach (var address in addresses.Where(a => a <= int.MaxValue))
            {
                FindAbsolute(window, start, (uint)address, found);
            }
        });
        return found;
    }

    /// <summary>Direct calls of addresses within ranges.</summary>
    public static List<CodeReference> FindCalls(ElfFile file, AddressRanges ranges)
    {
        var found = new List<CodeReference>();
        Visit(file, (window, start) =>
        {
            for (var at = 0; Next(window, ref at, CallNear) && at + 5 <= window.Length; at++)
            {
                var target = start + (ulong)at + 5 + Displacement(window[(at + 1)..]);
                if (ranges.Contains(target) && found.Count < MaxHits)
                {
                    found.Add(new CodeReference(start + (ulong)at, target));
                }
            }
        });
        return found;
    }

    private static void FindRelative(
        ReadOnlySpan<byte> window, ulong start, IReadOnlyList<ulong> addresses, List<CodeReference> found)
    {
        for (var at = 0; Next(window, ref at, Lea) && at + 6 <= window.Length; at++)
        {
            if ((window[at + 1] & 0xC7) != 0x05) // [rip + n]
            {
                continue;
            }

            var target = start + (ulong)at + 6 + Displacement(window[(at + 2)..]);
            if (addresses.Contains(target) && found.Count < MaxHits)
            {
                found.Add(new CodeReference(start + (ulong)at, target));
            }
        }
    }

    private static void FindAbsolute(
        ReadOnlySpan<byte> window, ulong start, uint address, List<CodeReference> found)
    {
        Span<byte> pattern = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(pattern, address);
        for (var from = 1; from < window.Length;)
        {
            var next = window[from..].IndexOf(pattern);
            if (next < 0)
            {
                return;
            }

            var at = from + next;
            if ((window[at - 1] & 0xF8) == 0xB8 && found.Count < MaxHits) // mov r32, n
            {
                found.Add(new CodeReference(start + (ulong)at - 1, address));
            }

            from = at + 1;
        }
    }

    private static bool Next(ReadOnlySpan<byte> window, ref int at, byte wanted)
    {
        var next = window[at..].IndexOf(wanted);
        at += next;
        return next >= 0;
    }

    private static ulong Displacement(ReadOnlySpan<byte> bytes) =>
        (ulong)(long)BinaryPrimitives.ReadInt32LittleEndian(bytes);

    private static void Visit(ElfFile file, WindowVisitor visit)
    {
        var window = new byte[WindowBytes];
        foreach (var segment in file.Segments.Where(s => s.IsLoaded && s.IsExecutable))
        {
            var bytes = Math.Min(segment.FileBytes, (ulong)file.Bytes.Length);
            for (var done = 0UL; done < bytes; done += WindowBytes - InstructionBytes)
            {
                var wanted = (int)Math.Min(WindowBytes, bytes - done);
                var filled = file.Bytes.Read(segment.Offset + done, window.AsSpan(0, wanted));
                visit(window.AsSpan(0, filled), segment.Address + done);
            }
        }
    }
}
