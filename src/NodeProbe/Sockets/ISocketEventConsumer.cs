namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>
/// Takes the events of one ring, on the one thread that drains it. References are valid during the call only.
/// </summary>
internal interface ISocketEventConsumer
{
    /// <summary>A connection was seen for the first time, or more became known of it (same id again).</summary>
    void OnOpen(in ConnectionEvent connection);

    /// <summary>Payload; positions grow per direction, a jump is a gap.</summary>
    void OnData(in DataEvent data, ReadOnlySpan<byte> payload);

    /// <summary>The connection ended; the counts are final.</summary>
    void OnClose(in ConnectionEvent connection);
}
