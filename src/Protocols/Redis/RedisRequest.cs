using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Redis;

/// <summary>A command that waits for its reply.</summary>
internal sealed class RedisRequest : PendingRequest
{
    private const int ObjectBytes = 96; // the object itself

    private PooledBuffer _arguments;

    /// <summary>What it is; null when not known.</summary>
    public RedisCommand? Command { get; set; }

    /// <summary>Text of its name and arguments: the name first.</summary>
    public ReadOnlySpan<byte> Name => _arguments.Span[..NameBytes];

    /// <summary>Text of its arguments.</summary>
    public ReadOnlySpan<byte> Arguments => _arguments.Span[NameBytes..];

    /// <summary>Replies still to come.</summary>
    public long Replies { get; set; }

    /// <inheritdoc/>
    public override long RetainedBytes => ObjectBytes + _arguments.Capacity;

    private int NameBytes { get; set; }

    /// <summary>Keeps copies of name and arguments.</summary>
    public void SetText(ReadOnlySpan<byte> name, ReadOnlySpan<byte> arguments)
    {
        _arguments.Append(name);
        NameBytes = name.Length;
        _arguments.Append(arguments);
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        (Command, Replies, StartNs, NameBytes) = (null, 0, 0, 0);
        _arguments.Clear();
    }
}
