using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Runtimes;

/// <summary>The counters of a Java virtual machine that jvm_stats shows.</summary>
/// <param name="YoungGcNs">Time in collections of the young generation.</param>
/// <param name="FullGcNs">Time in full collections.</param>
/// <param name="UsedHeapBytes">In use.</param>
/// <param name="TotalHeapBytes">Committed.</param>
/// <param name="MaxHeapBytes">The ceiling.</param>
/// <param name="StartMs">When the machine was made, ms since 1970; 0 when it does not tell.</param>
internal readonly record struct JvmCounters(
    long YoungGcNs, long FullGcNs, long UsedHeapBytes, long TotalHeapBytes, long MaxHeapBytes, long StartMs);

/// <summary>Reads the file that HotSpot shares its counters in.</summary>
/// <remarks>
/// Layout (HotSpot, perfMemory.hpp, version 2.0): magic 0xCAFEC0C0 big endian, byte order (1 little endian), major,
/// minor, accessible; then int32 used bytes, overflow; int64 time; int32 offset of the first entry, number of entries.
/// An entry: int32 length, offset of the name, elements (0 for a number), byte type ('J': 64 bits), flags, unit,
/// variability, int32 offset of the value.
/// </remarks>
internal static class HsPerfData
{
    private const uint Magic = 0xCAFEC0C0;
    private const int HeadBytes = 32;
    private const int EntryBytes = 20;
    private const int MaxEntries = 16_384;
    private const byte LittleEndian = 1;
    private const byte Long = (byte)'J';
    private const double NsPerSecond = 1e9;

    /// <summary>Reads the counters; null when these are no counters of HotSpot, or not yet complete.</summary>
    public static JvmCounters? Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < HeadBytes || BinaryPrimitives.ReadUInt32BigEndian(file) != Magic
            || file[4] != LittleEndian || file[7] == 0)
        {
            return null;
        }

        var at = BinaryPrimitives.ReadInt32LittleEndian(file[24..]);
        var entries = BinaryPrimitives.ReadInt32LittleEndian(file[28..]);
        if (at < HeadBytes || entries is <= 0 or > MaxEntries)
        {
            return null;
        }

        var sums = new Sums { Frequency = 1 };
        for (var i = 0; i < entries; i++)
        {
            if (at > file.Length - EntryBytes)
            {
                return null;
            }

            var length = BinaryPrimitives.ReadInt32LittleEndian(file[at..]);
            if (length < EntryBytes || length > file.Length - at)
            {
                return null;
            }

            Take(file.Slice(at, length), ref sums);
            at += length;
        }

        return sums.ToCounters();
    }

    private static void Take(ReadOnlySpan<byte> entry, ref Sums sums)
    {
        var nameAt = BinaryPrimitives.ReadInt32LittleEndian(entry[4..]);
        var valueAt = BinaryPrimitives.ReadInt32LittleEndian(entry[16..]);
        if (nameAt < EntryBytes || nameAt >= entry.Length || valueAt < EntryBytes || valueAt >= entry.Length)
        {
            return;
        }

        var name = entry[nameAt..];
        var end = name.IndexOf((byte)0);
        name = end < 0 ? name : name[..end];
        if (entry[12] == Long && valueAt <= entry.Length - sizeof(long))
        {
            sums.Add(name, BinaryPrimitives.ReadInt64LittleEndian(entry[valueAt..]));
        }
        else if (name.SequenceEqual("sun.gc.collector.0.name"u8))
        {
            sums.IsG1 = entry[valueAt..].StartsWith("G1"u8);
        }
    }

    private struct Sums
    {
        public long Frequency; // ticks per second
        public bool IsG1;
        private long _young;
        private long _full;
        private long _used;
        private long _total;
        private long _max;
        private long _largestMax;
        private long _start;

        public void Add(ReadOnlySpan<byte> name, long value)
        {
            if (name.SequenceEqual("sun.os.hrt.frequency"u8))
            {
                Frequency = Math.Max(1, value);
            }
            else if (name.SequenceEqual("sun.rt.createVmBeginTime"u8))
            {
                _start = value;
            }
            else if (name.SequenceEqual("sun.gc.collector.0.time"u8))
            {
                _young = value;
            }
            else if (name.SequenceEqual("sun.gc.collector.1.time"u8))
            {
                _full = value;
            }
            else if (name.StartsWith("sun.gc.generation."u8))
            {
                AddGeneration(name["sun.gc.generation."u8.Length..], value);
            }
        }

        /// <summary>With G1, each generation may grow to the whole heap.</summary>
        public readonly JvmCounters ToCounters() => new(
            ToNs(_young), ToNs(_full), _used, _total, IsG1 ? _largestMax : _max, _start);

        private readonly long ToNs(long ticks) => (long)(ticks * (NsPerSecond / Frequency));

        // "0.capacity", "1.maxCapacity", "0.space.2.used"
        private void AddGeneration(ReadOnlySpan<byte> name, long value)
        {
            if (name.Length < 2 || name[0] is not ((byte)'0' or (byte)'1') || name[1] != '.')
            {
                return; // others are the permanent generation of old machines: not heap
            }

            name = name[2..];
            if (name.SequenceEqual("capacity"u8))
            {
                _total += value;
            }
            else if (name.SequenceEqual("maxCapacity"u8))
            {
                _max += value;
                _largestMax = Math.Max(_largestMax, value);
            }
            else if (name.StartsWith("space."u8) && name.EndsWith(".used"u8))
            {
                _used += value;
            }
        }
    }
}
