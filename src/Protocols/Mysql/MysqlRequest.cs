using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;

namespace PixieOrleans.Protocols.Mysql;

/// <summary>A command that waits for its answer.</summary>
internal sealed class MysqlRequest : PendingRequest
{
    private PooledBuffer _body;

    /// <summary>The command.</summary>
    public MysqlCommand Command { get; set; }

    /// <summary>Number of the last packet that the client sent for it; the answer goes on with the next.</summary>
    public byte Number { get; set; }

    /// <summary>The body is an execute's payload, whose statement was not known yet.</summary>
    public bool IsRaw { get; set; }

    /// <summary>Something was left out of the body.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Text of the request.</summary>
    public ReadOnlySpan<byte> Body => _body.Span;

    /// <inheritdoc/>
    public override long RetainedBytes => 96 + _body.Capacity; // 96: the object itself

    /// <summary>Keeps a copy.</summary>
    public void SetBody(ReadOnlySpan<byte> body, bool isCut)
    {
        _body.Clear();
        _body.Append(body);
        IsCut = isCut;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        _body.Clear();
        (Command, Number, IsRaw, IsCut) = (default, 0, false, false);
    }
}
