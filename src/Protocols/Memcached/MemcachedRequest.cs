using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Memcached;

/// <summary>A command that waits for its answer.</summary>
internal sealed class MemcachedRequest : PendingRequest
{
    private const int ObjectBytes = 160; // the object itself

    private PooledBuffer _texts;
    private int _keyEnd;
    private int _argumentsEnd;
    private int _bodyEnd;

    /// <summary>Name of its command.</summary>
    public byte[] Name { get; set; } = [];

    /// <summary>What it does.</summary>
    public MemcachedKind Kind { get; set; }

    /// <summary>Number of a binary command; 0 for text.</summary>
    public byte Opcode { get; set; }

    /// <summary>Number that a binary answer repeats.</summary>
    public uint Opaque { get; set; }

    /// <summary>True when it is answered only if something is unusual.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>True when it is quiet and may have had an answer that could not be told from that of another.</summary>
    public bool IsDoubted { get; set; }

    /// <summary>Keys that it names.</summary>
    public long KeyCount { get; set; }

    /// <summary>Bytes of the value that it brings.</summary>
    public long BodyBytes { get; set; }

    /// <summary>Text of its keys.</summary>
    public ReadOnlySpan<byte> Keys => _texts.Span[.._keyEnd];

    /// <summary>Its other words, as JSON.</summary>
    public ReadOnlySpan<byte> Arguments => _texts.Span[_keyEnd.._argumentsEnd];

    /// <summary>Text of the value.</summary>
    public ReadOnlySpan<byte> Body => _texts.Span[_argumentsEnd.._bodyEnd];

    /// <summary>What the answer to a meta command repeats: "O" and the opaque, or "k" and the key; or nothing.
    /// </summary>
    public ReadOnlySpan<byte> Tag => _texts.Span[_bodyEnd..];

    /// <inheritdoc/>
    public override long RetainedBytes => ObjectBytes + _texts.Capacity;

    /// <summary>Keeps copies of its texts.</summary>
    public void SetTexts(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> arguments, ReadOnlySpan<byte> body, ReadOnlySpan<byte> tag)
    {
        _texts.Clear();
        _texts.Append(key);
        _keyEnd = _texts.Length;
        _texts.Append(arguments);
        _argumentsEnd = _texts.Length;
        _texts.Append(body);
        _bodyEnd = _texts.Length;
        _texts.Append(tag);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        (Name, Kind, Opcode, IsQuiet, IsDoubted) = ([], MemcachedKind.None, 0, false, false);
        (KeyCount, BodyBytes, StartNs, Opaque) = (0, 0, 0, 0);
        (_keyEnd, _argumentsEnd, _bodyEnd) = (0, 0, 0);
        _texts.Clear();
    }
}
