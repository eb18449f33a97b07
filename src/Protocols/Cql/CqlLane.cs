using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Cql;

/// <summary>How one direction sends messages, and the long message of which segments are under way.</summary>
internal sealed class CqlLane(int messageBytes)
{
    private readonly int _messageBytes = messageBytes; // of a long message that are kept
    private PooledBuffer _message;
    private bool _isCut; // bytes inside of the message are missing: what comes behind is not kept

    /// <summary>How it sends.</summary>
    public CqlFraming Framing { get; set; }

    /// <summary>Bytes of the long message that are still to come; 0 when none is under way.</summary>
    public ulong Rest { get; private set; }

    /// <summary>Bytes of the whole of it.</summary>
    public ulong Length { get; private set; }

    /// <summary>When its first byte passed, ns since 1970.</summary>
    public long StartNs { get; private set; }

    /// <summary>Its beginning.</summary>
    public ReadOnlySpan<byte> Message => _message.Span;

    /// <summary>Bytes of memory held.</summary>
    public long RetainedBytes => _message.Capacity;

    /// <summary>A long message begins.</summary>
    public void Begin(ulong length, long startNs)
    {
        _message.Clear();
        (Length, Rest, StartNs, _isCut) = (length, length, startNs, false);
    }

    /// <summary>Adds the content of a segment.</summary>
    /// <param name="content">Its beginning, as far as it is known.</param>
    /// <param name="bytes">Bytes of all of it; at most <see cref="Rest"/>.</param>
    public void Add(ReadOnlySpan<byte> content, int bytes)
    {
        if (!_isCut)
        {
            _message.Append(content[..Math.Min(content.Length, _messageBytes - _message.Length)]);
            _isCut = content.Length < bytes || _message.Length == _messageBytes;
        }

        Rest -= (ulong)bytes;
    }

    /// <summary>Forgets the message; what it held is given back.</summary>
    public void Drop()
    {
        _message.Release();
        Rest = 0;
    }
}

/// <summary>What the bytes of a direction are cut into.</summary>
internal enum CqlFraming : byte
{
    /// <summary>Messages.</summary>
    Messages,

    /// <summary>Segments with checksums.</summary>
    Segments,

    /// <summary>Either: the beginning of the connection was not seen.</summary>
    Unknown,
}
