using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Streams;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Cql;

/// <summary>A request that waits for its answer.</summary>
internal sealed class CqlRequest : PendingRequest
{
    private const int ObjectBytes = 112;
    private PooledBuffer _body;

    /// <summary>What it is.</summary>
    public CqlOpcode Opcode { get; set; }

    /// <summary>What it executes, when that is known; shared.</summary>
    public CqlStatement? Statement { get; set; }

    /// <summary>Something was left out of the body.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Text of the body.</summary>
    public ReadOnlySpan<byte> Body => _body.Span;

    /// <inheritdoc/>
    public override long RetainedBytes => ObjectBytes + _body.Capacity;

    /// <summary>Keeps a copy of the body's text.</summary>
    public void SetBody(CellText text)
    {
        _body.Clear();
        _body.Append(text.Value);
        IsCut = text.IsCut;
    }

    /// <inheritdoc/>
    public override void Reset()
    {
        (Opcode, Statement, IsCut) = (default, null, false);
        _body.Clear();
    }
}
