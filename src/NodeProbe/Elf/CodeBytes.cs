using Iced.Intel;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Decodes instructions anywhere in the code of a file. Used by one thread.</summary>
internal sealed class CodeBytes : CodeReader
{
    private const int ChunkBytes = 64 << 10;
    private const int MaxChunks = 64; // 4 MiB

    private readonly ElfFile _file;
    private readonly Decoder _decoder;
    private readonly Dictionary<ulong, byte[]> _chunks = [];
    private byte[] _chunk = [];
    private ulong _chunkStart;
    private ulong _next;

    /// <summary>Reads the code of a file, which stays open meanwhile.</summary>
    public CodeBytes(ElfFile file)
    {
        _file = file;
        _decoder = Decoder.Create(64, this);
    }

    /// <summary>The instruction at an address; false when there is none.</summary>
    public bool TryDecode(ulong address, out Instruction instruction)
    {
        _next = address;
        _decoder.IP = address;
        _decoder.Decode(out instruction);
        return !instruction.IsInvalid;
    }

    /// <inheritdoc/>
    public override int ReadByte()
    {
        if (_next - _chunkStart >= (ulong)_chunk.Length && !TryFindChunk())
        {
            return -1;
        }

        return _chunk[_next++ - _chunkStart];
    }

    private bool TryFindChunk()
    {
        var start = _next - (_next % ChunkBytes);
        if (!_chunks.TryGetValue(start, out var chunk))
        {
            if (_chunks.Count >= MaxChunks)
            {
                _chunks.Clear();
            }

            _chunks[start] = chunk = Read(start);
        }

        (_chunk, _chunkStart) = (chunk, start);
        return _next - start < (ulong)chunk.Length;
    }

    private byte[] Read(ulong start)
    {
        var segment = _file.Segments.FirstOrDefault(s =>
            s.IsLoaded && s.IsExecutable && _next >= s.Address && _next - s.Address < s.FileBytes);
        if (segment.FileBytes == 0)
        {
            return [];
        }

        var chunk = new byte[ChunkBytes];
        var skipped = segment.Address > start ? segment.Address - start : 0; // before the segment: zeros
        var wanted = Math.Min(ChunkBytes - skipped, segment.FileBytes - (start + skipped - segment.Address));
        _file.Bytes.Read(segment.Offset + (start + skipped - segment.Address), chunk.AsSpan((int)skipped, (int)wanted));
        return chunk;
    }
}
