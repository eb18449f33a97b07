using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Http2;

/// <summary>What one direction of a connection remembers from frame to frame.</summary>
internal sealed class Http2Half(int maxBlockBytes, bool midstream)
{
    private readonly int _maxBlockBytes = maxBlockBytes;
    private bool _started = midstream; // a frame was seen, or was missed
    private PooledBuffer _block;

    /// <summary>Header compression.</summary>
    public HpackDecoder Decoder { get; } = new();

    /// <summary>The header block that frames still add to; default without one.</summary>
    public Http2Block Block { get; private set; }

    /// <summary>The header block's bytes so far.</summary>
    public ReadOnlySpan<byte> BlockBytes => _block.Span;

    /// <summary>How often frames were lost.</summary>
    public int Losses { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    public int RetainedBytes => Decoder.RetainedBytes + _block.Capacity;

    /// <summary>A frame comes. The first one must be settings (RFC 9113 §3.4), else others were missed.</summary>
    public void OnFrame(bool isBeginning)
    {
        if (!_started && isBeginning)
        {
            Decoder.Start();
        }

        _started = true;
    }

    /// <summary>The preface comes: the direction begins, whatever was before.</summary>
    public void OnPreface()
    {
        Decoder.Start();
        _started = true;
    }

    /// <summary>A header block begins.</summary>
    public void BeginBlock(Http2Block block, ReadOnlySpan<byte> bytes)
    {
        Block = block;
        _block.Clear();
        _block.Append(bytes);
    }

    /// <summary>A header block goes on; false when it is too long.</summary>
    public bool AddToBlock(ReadOnlySpan<byte> bytes)
    {
        if (_block.Length + bytes.Length > _maxBlockBytes)
        {
            return false;
        }

        _block.Append(bytes);
        return true;
    }

    /// <summary>The header block is done with.</summary>
    public void EndBlock()
    {
        Block = default;
        _block.Release();
    }

    /// <summary>Frames were lost.</summary>
    public void Lose()
    {
        Losses++;
        _started = true;
        EndBlock();
        Decoder.Lose();
    }

    /// <summary>Gives rented memory back.</summary>
    public void Release()
    {
        EndBlock();
        Decoder.Release();
    }
}

/// <summary>A header block: the stream it came on, the stream it opens, whether the half ends with it, and when it
/// began.</summary>
internal readonly record struct Http2Block(int Stream, int Opens, bool EndsStream, long StartNs);
