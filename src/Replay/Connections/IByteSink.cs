namespace PixieOrleans.Replay.Connections;

/// <summary>Takes the bytes of a connection in order.</summary>
internal interface IByteSink
{
    /// <summary>Bytes of one side.</summary>
    /// <param name="side">The sender: 0 or 1, as in the connection's key.</param>
    /// <param name="position">Of the first byte in its direction; a jump is a gap.</param>
    /// <param name="timeNs">When they were captured, ns since 1970.</param>
    /// <param name="bytes">The bytes, borrowed; none when all that is known is that those before passed.</param>
    void OnBytes(int side, ulong position, long timeNs, ReadOnlySpan<byte> bytes);
}
