using PixieOrleans.Model;

namespace PixieOrleans.NodeProbe.Sockets;

/// <summary>Outcome of loading: a probe, or why there is none.</summary>
/// <param name="Probe">Loaded and attached; owned by the caller. Null when loading failed.</param>
/// <param name="Error">Why loading failed, with what to do about it. Null with a probe.</param>
/// <param name="Capabilities">What was found out on the way; also filled when loading failed.</param>
internal sealed record SocketProbeResult(
    ISocketProbe? Probe, string? Error, IReadOnlyList<CapabilityReport> Capabilities);

/// <summary>Loads the socket probes. A kernel or user that does not allow it is a result, not an exception.</summary>
internal interface ISocketProbeLoader
{
    /// <summary>Loads and attaches the probes, which send payload of these protocols and roles.</summary>
    SocketProbeResult Load(NodeProbeOptions options, IReadOnlyDictionary<Protocol, Role> roles);
}
