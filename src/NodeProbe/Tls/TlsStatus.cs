namespace PixieOrleans.NodeProbe.Tls;

/// <summary>Whether plaintext of a process is seen.</summary>
public enum TlsState
{
    /// <summary>Probes are in place.</summary>
    Attached,

    /// <summary>Left alone because a setting says so.</summary>
    Excluded,

    /// <summary>Probes could not be placed; the reason says why.</summary>
    Failed,

    /// <summary>The process has TLS connections, and no library that is known how to see through.</summary>
    Unknown,
}

/// <summary>One process that uses TLS, with one of its libraries.</summary>
/// <param name="ProcessId">Process id.</param>
/// <param name="StartTicks">Start of the process, ticks of 10 ms since boot.</param>
/// <param name="Name">Name of its program.</param>
/// <param name="Library">Path of the library, or of the program that contains it.</param>
/// <param name="Version">Such as "OpenSSL 3.0.19"; empty when the library does not tell.</param>
/// <param name="State">Whether plaintext is seen.</param>
/// <param name="Proof">Whether plaintext comes from where records flow.</param>
/// <param name="Reason">Why plaintext is not seen, or not all, and what to do; empty when it is.</param>
/// <param name="Method">
/// How connections are found: "nested" (the library makes the socket call itself), "cipher" (by bytes of its records),
/// "direct" (the TLS object leads to its descriptor), several of them, or "none yet".
/// </param>
/// <param name="Sites">How returns are seen, per function: "SSL_read Jump, …".</param>
/// <param name="AttachMs">From the news of the process to the probes in place; 0 when they were there before.</param>
/// <param name="Calls">Calls that moved plaintext.</param>
/// <param name="Bytes">Bytes of plaintext.</param>
/// <param name="UnlinkedCalls">Calls whose connection was not known: their plaintext is lost.</param>
/// <param name="NestedObjects">TLS objects whose connection was found by a nested call.</param>
/// <param name="CipherObjects">TLS objects whose connection was found by their records.</param>
/// <param name="MixedObjects">Times that a TLS object seemed to belong to a second connection.</param>
/// <param name="DirectObjects">TLS objects that led to their connection themselves.</param>
public sealed record TlsProcessStatus(
    uint ProcessId,
    ulong StartTicks,
    string Name,
    string Library,
    string Version,
    TlsState State,
    TlsProof Proof,
    string Reason,
    string Method,
    string Sites,
    long AttachMs,
    long Calls,
    long Bytes,
    long UnlinkedCalls,
    long NestedObjects,
    long CipherObjects,
    long MixedObjects,
    long DirectObjects);
