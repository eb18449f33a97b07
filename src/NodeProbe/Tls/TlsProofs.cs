using System.Runtime.InteropServices;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Sockets;
using PixieOrleans.NodeProbe.Tls.SelfTests;

namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Whether plaintext comes from where records of TLS flow.</summary>
public enum TlsProof
{
    /// <summary>Nothing to judge by: no data over TLS since the probes came.</summary>
    NotYet,

    /// <summary>The self-test of the library made known calls, and the probes saw each.</summary>
    KnownCall,

    /// <summary>Another process with the same library gave plaintext.</summary>
    Library,

    /// <summary>The process gave plaintext of connections whose records the socket probes saw.</summary>
    Proved,

    /// <summary>Records flow and no plaintext comes; the reason says why, and what to do.</summary>
    Blind,
}

/// <summary>
/// Connections that carry data over TLS and give no plaintext, per process. Whether there is data is told by their
/// bytes: those that come when the handshake is over. Used by one thread.
/// </summary>
internal sealed class TlsProofs
{
    private const ulong DataBytes = 1024; // more of a connection that was there at the last look: no handshake any more
    private const ulong LargeBytes = 64 << 10; // more than any handshake, however young the connection

    private readonly Dictionary<uint, int> _dark = [];
    private Dictionary<KernelConnectionId, ulong> _seen = []; // with the bytes at first sight; those of one snapshot
    private Dictionary<KernelConnectionId, ulong> _previous = [];

    /// <summary>Connections of a process that carry data and give no plaintext.</summary>
    public int DarkConnections(uint processId) => _dark.GetValueOrDefault(processId);

    /// <summary>Takes all live connections; some seconds after the last time.</summary>
    public void Update(List<ConnectionEvent> connections)
    {
        (_seen, _previous) = (_previous, _seen);
        _seen.Clear();
        _dark.Clear();
        foreach (ref readonly var connection in CollectionsMarshal.AsSpan(connections))
        {
            if (connection.Protocol != (byte)Protocol.Tls || (connection.Flags & ConnectionFlags.Tls) != 0)
            {
                continue;
            }

            var id = connection.Header.Connection;
            var bytes = connection.BytesSent + connection.BytesReceived;
            var isKnown = _previous.TryGetValue(id, out var first);
            _seen[id] = isKnown ? first : bytes;
            if (bytes >= LargeBytes || (isKnown && bytes - Math.Min(first, bytes) >= DataBytes))
            {
                _dark[id.Tgid] = DarkConnections(id.Tgid) + 1;
            }
        }
    }

    /// <summary>Judges a process with probes in its library; the reason is empty when all is seen.</summary>
    /// <param name="processId">The process.</param>
    /// <param name="counts">Its calls.</param>
    /// <param name="isLibraryProved">Another process with the same library gave plaintext.</param>
    /// <param name="selfTest">Result of the library's self-test; null while there is none.</param>
    public (TlsProof Proof, string Reason) Judge(
        uint processId, in TlsProcessCounts counts, bool isLibraryProved, SelfTestResult? selfTest)
    {
        var dark = DarkConnections(processId);
        if (counts.Calls > counts.Unlinked)
        {
            return (TlsProof.Proved, dark == 0
                ? Warning(selfTest)
                : $"{dark} connections carry data without plaintext: open since before the probes came, or of another "
                    + "TLS library in the process. Restart it to tell which.");
        }

        return (dark, counts.Calls) switch
        {
            (0, _) when isLibraryProved => (TlsProof.Library, Warning(selfTest)),
            (0, _) => JudgeByTest(selfTest),
            (_, 0) => (TlsProof.Blind, $"{dark} connections carry data over TLS, and none goes through this library: "
                + "the program brings another one without symbols. Keep its symbols (do not strip) or link it "
                + "dynamically."),
            _ => (TlsProof.Blind, $"{dark} connections carry data over TLS; calls are seen, but not whose they are: "
                + "the connections are older than the probes (restart the process), or NodeProbe:TlsExclude names the "
                + "library's other part (libcrypto)."),
        };
    }

    private static (TlsProof Proof, string Reason) JudgeByTest(SelfTestResult? selfTest) => selfTest?.Outcome switch
    {
        SelfTestOutcome.Passed => (TlsProof.KnownCall, ""),
        SelfTestOutcome.Differs => (TlsProof.Blind, selfTest.Reason),
        _ => (TlsProof.NotYet, selfTest?.Reason ?? ""),
    };

    /// <summary>What is missed though connections are seen; empty when nothing is.</summary>
    private static string Warning(SelfTestResult? selfTest) =>
        selfTest is { Outcome: SelfTestOutcome.Differs } ? selfTest.Reason : "";
}
