using System.Buffers;
using System.Buffers.Binary;
using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Profiles.Symbols;

/// <summary>Which functions the Go compiler inlined where; built once, then read by any thread.</summary>
/// <remarks>What the lists hold: <see cref="GoTableFormat"/>.</remarks>
internal sealed class GoInlining
{
    private const int MaxCalls = 1 << 16; // of one function
    private const int MaxDepth = 64;
    private const long MaxBytes = 64 << 20; // of one file; what is beyond is not told
    private const int None = -1;

    private readonly ulong _text;
    private readonly uint[] _starts; // of ranges, from the place that addresses of the table are from
    private readonly int[] _calls; // of each range
    private readonly (int Name, int Caller)[] _nodes;
    private readonly byte[] _names; // zero-terminated

    private GoInlining(ulong text, Builder built)
    {
        _text = text;
        (_starts, _calls, _nodes) = ([.. built.Starts], [.. built.Calls], [.. built.Nodes]);
        _names = built.Names.WrittenSpan.ToArray();
    }

    /// <summary>Memory that it takes.</summary>
    public long Bytes => (_starts.Length * 8L) + (_nodes.Length * 8L) + _names.Length;

    /// <summary>Reads what a file tells; null when it tells nothing.</summary>
    public static GoInlining? Read(ElfFile file, GoFunctionTable table, in GoPlaces places)
    {
        if (places.Lists is not { } lists)
        {
            return null;
        }

        var builder = new Builder(file, table, lists);
        for (var i = 0; i < table.Count && builder.Bytes < MaxBytes; i++)
        {
            builder.Add(table.FunctionAt(i));
        }

        return builder.Nodes.Count == 0 ? null : new GoInlining(places.Text, builder);
    }

    /// <summary>Names of the functions inlined at an address, the outermost first; none where none are.</summary>
    public IReadOnlyList<byte[]> NamesAt(ulong address)
    {
        var names = new List<byte[]>();
        var place = address - _text;
        var index = place > uint.MaxValue ? ~0 : Array.BinarySearch(_starts, (uint)place);
        index = index >= 0 ? index : ~index - 1;
        for (var call = index < 0 ? None : _calls[index]; call != None && names.Count < MaxDepth;)
        {
            var name = _names.AsSpan(_nodes[call].Name);
            names.Add(name[..name.IndexOf((byte)0)].ToArray());
            call = _nodes[call].Caller;
        }

        names.Reverse();
        return names;
    }

    private sealed class Builder(ElfFile file, GoFunctionTable table, ulong lists)
    {
        private readonly List<(ulong Start, int Value)> _ranges = [];
        private readonly Dictionary<int, int> _nodeOfCall = []; // of the function at hand
        private readonly Dictionary<uint, int> _nameAt = [];
        private readonly byte[] _call = new byte[20];

        public List<uint> Starts { get; } = [];

        public List<int> Calls { get; } = [];

        public List<(int Name, int Caller)> Nodes { get; } = [];

        public ArrayBufferWriter<byte> Names { get; } = new();

        public long Bytes => (Starts.Count * 8L) + (Nodes.Count * 8L) + Names.WrittenCount;

        public void Add(in GoFunction function)
        {
            if (function.End > uint.MaxValue || table.FindList(function, table.Format.CallsList, lists) is not { } list
                || file.OffsetOf(list) is not { } calls)
            {
                return;
            }

            _ranges.Clear();
            _nodeOfCall.Clear();
            table.ReadValues(function, GoTableFormat.NumbersList, _ranges);
            foreach (var (start, call) in _ranges)
            {
                Starts.Add((uint)start);
                Calls.Add(NodeOf(function, calls, call, depth: 0));
            }

            if (_ranges.Count > 0)
            {
                Starts.Add((uint)function.End);
                Calls.Add(None);
            }
        }

        private int NodeOf(in GoFunction function, ulong calls, int call, int depth)
        {
            if (call is < 0 or >= MaxCalls || depth > MaxDepth)
            {
                return None;
            }

            if (_nodeOfCall.TryGetValue(call, out var node))
            {
                return node;
            }

            var entry = _call.AsSpan(0, table.Format.CallBytes);
            if (!file.Bytes.TryRead(calls + (ulong)(call * entry.Length), entry))
            {
                return None;
            }

            var at = table.Format.CallNameOffset;
            var name = BinaryPrimitives.ReadUInt32LittleEndian(entry[at..]);
            var caller = BinaryPrimitives.ReadUInt32LittleEndian(entry[(at + 4)..]);
            var outer = NodeOf(function, calls, CallAt(function.Start + caller), depth + 1);
            Nodes.Add((NameOf(name), outer));
            return _nodeOfCall[call] = Nodes.Count - 1;
        }

        private int CallAt(ulong address)
        {
            var index = _ranges.BinarySearch((address, int.MaxValue)); // none is that large: never found
            return ~index > 0 ? _ranges[~index - 1].Value : None;
        }

        private int NameOf(uint offset)
        {
            if (!_nameAt.TryGetValue(offset, out var at))
            {
                _nameAt[offset] = at = Names.WrittenCount;
                Names.Write(table.NameAt(offset));
                Names.Write("\0"u8);
            }

            return at;
        }
    }
}
