using PixieOrleans.Protocols.Framing;

namespace PixieOrleans.Protocols.Http2;

/// <summary>A request and its answer: one row, when both halves ended. Its key is the number of the stream.</summary>
internal sealed class Http2Stream : PendingRequest
{
    /// <summary>What the client sends.</summary>
    public Http2Message Request { get; } = new();

    /// <summary>What the server sends.</summary>
    public Http2Message Response { get; } = new();

    /// <inheritdoc/>
    public override long RetainedBytes => 512 + Request.RetainedBytes + Response.RetainedBytes; // 512: the objects

    /// <inheritdoc/>
    public override void Reset()
    {
        Request.Reset();
        Response.Reset();
    }
}
