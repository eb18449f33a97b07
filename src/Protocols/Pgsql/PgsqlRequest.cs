using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Pgsql;

/// <summary>A message of the client that waits for its answer.</summary>
internal sealed class PgsqlRequest : PendingRequest
{
    /// <summary>Stands for the tag of the message that starts a session, which has none.</summary>
    public const byte StartupTag = 0;

    private const int ObjectBytes = 96;
    private const int MaxBodyBytes = 16 << 10; // bytes of a message that are kept

    private PooledBuffer _body;

    /// <summary>Its tag.</summary>
    public byte Tag { get; private set; }

    /// <summary>True when its end is not kept.</summary>
    public bool IsCut { get; private set; }

    /// <summary>When the last part of its answer came, ns since 1970; 0 without any.</summary>
    public long AnswerNs { get; set; }

    /// <summary>The server says that it is ready after such a message.</summary>
    public bool EndsGroup => Tag is (byte)'Q' or (byte)'S' or (byte)'F' or StartupTag;

    /// <summary>The body as far as it is kept.</summary>
    public ReadOnlySpan<byte> Body => _body.Span;

    /// <inheritdoc/>
    public override long RetainedBytes => ObjectBytes + _body.Capacity;

    /// <summary>Takes a message.</summary>
    public void Set(byte tag, ReadOnlySpan<byte> body, bool isCut, long timeNs)
    {
        (Tag, TimeNs, IsCut) = (tag, timeNs, isCut || body.Length > MaxBodyBytes);
        if (!body.IsEmpty)
        {
            _body.Append(body[..Math.Min(body.Length, MaxBodyBytes)]);
        }
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _body.Release();
        (Tag, IsCut, AnswerNs, TimeNs) = (0, false, 0, 0);
    }
}
