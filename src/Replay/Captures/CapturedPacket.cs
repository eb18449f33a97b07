namespace PixieOrleans.Replay.Captures;

/// <summary>One packet of a capture; valid until the next one is read.</summary>
/// <param name="timeNs">When it was captured, ns since 1970.</param>
/// <param name="linkType">What its bytes begin with.</param>
/// <param name="data">The bytes that were kept.</param>
/// <param name="originalLength">Bytes that it had.</param>
internal readonly ref struct CapturedPacket(
    long timeNs, LinkType linkType, ReadOnlySpan<byte> data, int originalLength)
{
    /// <summary>When it was captured, ns since 1970.</summary>
    public long TimeNs { get; } = timeNs;

    /// <summary>What its bytes begin with.</summary>
    public LinkType LinkType { get; } = linkType;

    /// <summary>The bytes that were kept.</summary>
    public ReadOnlySpan<byte> Data { get; } = data;

    /// <summary>Bytes that it had; at least as many as were kept.</summary>
    public int OriginalLength { get; } = Math.Max(originalLength, data.Length);
}
