using System.Globalization;
using System.Text;
using PixieOrleans.Exec.TableFunctions;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>
/// Rows about the managed heap, as the last collection left it. Pixie's columns name parts of another allocator; those
/// that .NET does not have are 0.
/// </summary>
internal static class HeapTables
{
    private static readonly string[] Generations = ["gen0", "gen1", "gen2", "large objects", "pinned objects"];

    /// <summary>The figures as text.</summary>
    public static string Describe()
    {
        var memory = GC.GetGCMemoryInfo();
        var text = new StringBuilder();
        text.AppendLine("Managed heap of .NET after its last collection; it keeps no samples of allocations.");
        Append(text, "collections", memory.Index);
        Append(text, "heap bytes", memory.HeapSizeBytes);
        Append(text, "fragmented bytes", memory.FragmentedBytes);
        Append(text, "committed bytes", memory.TotalCommittedBytes);
        Append(text, "allocated bytes since the start", GC.GetTotalAllocatedBytes());
        Append(text, "allocated bytes now", GC.GetTotalMemory(forceFullCollection: false));
        Append(text, "pinned objects", memory.PinnedObjectsCount);
        Append(text, "pause, us", (long)GC.GetTotalPauseDuration().TotalMicroseconds);
        for (var i = 0; i < memory.GenerationInfo.Length; i++)
        {
            Append(text, NameOf(i) + " bytes", memory.GenerationInfo[i].SizeAfterBytes);
        }

        return text.ToString();
    }

    /// <summary>Adds one row per generation; addresses are not told by .NET.</summary>
    public static void AddRanges(uint asid, TableRows rows)
    {
        var generations = GC.GetGCMemoryInfo().GenerationInfo;
        for (var i = 0; i < generations.Length; i++)
        {
            var (bytes, free) = (generations[i].SizeAfterBytes, generations[i].FragmentationAfterBytes);
            rows.Add((long)asid, 0L, NameOf(i), bytes, bytes == 0 ? 0.0 : 1 - ((double)free / bytes));
        }
    }

    /// <summary>Adds the one row of counters.</summary>
    public static void AddNumbers(uint asid, TableRows rows)
    {
        var memory = GC.GetGCMemoryInfo();
        var allocated = GC.GetTotalMemory(forceFullCollection: false);
        rows.Add((long)asid, allocated, memory.HeapSizeBytes, 0L, 0L, 0L, memory.FragmentedBytes, 0L);
    }

    /// <summary>Collects all garbage, compacts the heap and gives memory back; all threads stop meanwhile.</summary>
    public static void Release() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static string NameOf(int generation) =>
        generation < Generations.Length ? Generations[generation] : $"generation {generation}";

    private static void Append(StringBuilder text, string name, long value) =>
        text.AppendLine(CultureInfo.InvariantCulture, $"{name} {value}");
}
