using System.Numerics;
using System.Runtime.InteropServices;
using SharpFuzz.Common;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>
/// The map in which instrumented code counts the edges that it takes, and which of them were ever seen. One thread
/// runs the code: the counts are of the process.
/// </summary>
internal sealed unsafe class Coverage
{
    private const int MapBytes = 1 << 16; // what the instrumentation addresses
    private static byte* _map;
    private readonly byte[] _seen = new byte[MapBytes]; // a bit for each class of counts, per edge

    /// <summary>Edges ever taken.</summary>
    public int Edges { get; private set; }

    /// <summary>Makes the map, without which instrumented code cannot run; once, for the process.</summary>
    public static void CreateMap()
    {
        _map = (byte*)NativeMemory.AllocZeroed(MapBytes);
        Trace.SharedMem = _map;
    }

    /// <summary>Forgets the counts of the previous case.</summary>
    public static void Begin()
    {
        Counts.Clear();
        Trace.PrevLocation = 0;
    }

    /// <summary>Adds what the case took; true when it was anything new.</summary>
    public bool End()
    {
        var counts = MemoryMarshal.Cast<byte, ulong>(Counts);
        var isNew = false;
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] != 0)
            {
                isNew |= AddGroup(i * sizeof(ulong));
            }
        }

        return isNew;
    }

    private static Span<byte> Counts => new(_map, MapBytes);

    private bool AddGroup(int from)
    {
        var isNew = false;
        for (var i = from; i < from + sizeof(ulong); i++)
        {
            var count = _map[i];
            var bit = count == 0 ? 0 : 1 << Math.Min(7, BitOperations.Log2(count)); // 1, 2-3, 4-7, 8-15, ...
            if ((_seen[i] & bit) != bit)
            {
                Edges += _seen[i] == 0 ? 1 : 0;
                _seen[i] |= (byte)bit;
                isNew = true;
            }
        }

        return isNew;
    }
}
