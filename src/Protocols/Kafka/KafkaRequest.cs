using PixieOrleans.Protocols.Framing;
using PixieOrleans.Protocols.Text;

namespace PixieOrleans.Protocols.Kafka;

/// <summary>A request that waits for its response, its body already JSON.</summary>
internal sealed class KafkaRequest : PendingRequest
{
    private const int ObjectBytes = 160; // with the body's object
    private const int MaxKeptBytes = 4 << 10; // of the body, when the request is put aside for its next use

    /// <summary>What it asks for.</summary>
    public KafkaApi Api { get; set; }

    /// <summary>Version of the API.</summary>
    public int Version { get; set; }

    /// <summary>Its layout, or null when its bodies are not shown.</summary>
    public KafkaSchema? Schema { get; set; }

    /// <summary>Who asks; shared by the requests of a connection.</summary>
    public byte[] ClientId { get; set; } = [];

    /// <summary>The body as JSON; empty without a layout.</summary>
    public CellText Body { get; } = new(KafkaBody.LimitBytes);

    /// <summary>Whether this version has tagged fields.</summary>
    public bool IsFlexible => Schema is not null && Version >= Schema.FlexibleFrom;

    /// <inheritdoc/>
    public override long RetainedBytes => ObjectBytes + ClientId.Length + Body.RetainedBytes;

    /// <inheritdoc/>
    public override void Reset()
    {
        (Api, Version, Schema, ClientId) = (default, 0, null, []);
        if (Body.RetainedBytes > MaxKeptBytes)
        {
            Body.Release();
        }

        Body.Clear();
    }
}
