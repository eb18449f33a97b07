using System.Buffers;
using System.Text;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Functions by address; built once, then read by any thread.</summary>
internal sealed class FunctionTable
{
    private readonly ulong[] _starts;
    private readonly uint[] _sizes; // 0: as far as the next function
    private readonly int[] _names;
    private readonly byte[] _text; // names, zero-terminated

    private FunctionTable(ulong[] starts, uint[] sizes, int[] names, byte[] text) =>
        (_starts, _sizes, _names, _text) = (starts, sizes, names, text);

    /// <summary>Knows none.</summary>
    public static FunctionTable Empty { get; } = new([], [], [], []);

    /// <summary>How many functions there are.</summary>
    public int Count => _starts.Length;

    /// <summary>Memory that it takes.</summary>
    public long Bytes => (_starts.Length * (long)(sizeof(ulong) + sizeof(uint) + sizeof(int))) + _text.Length;

    /// <summary>The name of the function that an address is in, as UTF-8; empty when it is in none.</summary>
    public ReadOnlySpan<byte> Find(ulong address)
    {
        var index = Array.BinarySearch(_starts, address);
        index = index >= 0 ? index : ~index - 1;
        if (index < 0 || (_sizes[index] != 0 && address - _starts[index] >= _sizes[index]))
        {
            return [];
        }

        var name = _text.AsSpan(_names[index]);
        return name[..name.IndexOf((byte)0)];
    }

    /// <summary>Collects functions and puts them in order.</summary>
    public sealed class Builder
    {
        private readonly List<(ulong Start, uint Size, int Rank, int Name)> _functions = [];
        private readonly ArrayBufferWriter<byte> _text = new();

        /// <summary>Bytes so far.</summary>
        public long Bytes => _text.WrittenCount + (_functions.Count * 24L);

        /// <summary>Functions so far.</summary>
        public int Count => _functions.Count;

        /// <summary>Adds a function; of several at one address that of the highest rank counts.</summary>
        public void Add(ulong start, ulong size, int rank, ReadOnlySpan<byte> name)
        {
            _functions.Add((start, (uint)Math.Min(size, uint.MaxValue), rank, _text.WrittenCount));
            _text.Write(name);
            _text.Write("\0"u8);
        }

        /// <summary>As above.</summary>
        public void Add(ulong start, ulong size, int rank, string name) =>
            Add(start, size, rank, Encoding.UTF8.GetBytes(name));

        /// <summary>The table.</summary>
        public FunctionTable Build()
        {
            var ordered = _functions
                .OrderBy(f => f.Start).ThenByDescending(f => f.Rank).DistinctBy(f => f.Start).ToList();
            return new FunctionTable(
                [.. ordered.Select(f => f.Start)],
                [.. ordered.Select(f => f.Size)],
                [.. ordered.Select(f => f.Name)],
                _text.WrittenSpan.ToArray());
        }
    }
}
