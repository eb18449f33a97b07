using PixieOrleans.Model;
using PixieOrleans.Protocols.Sessions;

namespace PixieOrleans.Replay.Connections;

/// <summary>Counts of one protocol.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Table">Where its rows go.</param>
public sealed record ProtocolCounters(Protocol Protocol, string Table)
{
    /// <summary>Connections parsed.</summary>
    public long Connections { get; set; }

    /// <summary>Counts of the sessions that are servers: each exchange once.</summary>
    public SessionCounters Server { get; } = new();

    /// <summary>Counts of the sessions that are clients, for protocols that are traced at both sides.</summary>
    public SessionCounters Client { get; } = new();
}
