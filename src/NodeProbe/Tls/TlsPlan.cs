namespace PixieOrleans.NodeProbe.Tls;

/// <summary>A program of the TLS object and where to attach it.</summary>
/// <param name="Program">Its name.</param>
/// <param name="Offset">Place in the file.</param>
/// <param name="IsReturnProbe">True: runs when the function that begins there returns.</param>
internal readonly record struct TlsProbe(string Program, ulong Offset, bool IsReturnProbe);

/// <summary>What the self-test does with a library of a family.</summary>
internal enum KnownExchange
{
    /// <summary>Nothing: it cannot be loaded, or nobody wrote it.</summary>
    None,

    /// <summary>Two ends of OpenSSL or BoringSSL.</summary>
    OpenSsl,

    /// <summary>Two ends of GnuTLS.</summary>
    GnuTls,
}

/// <summary>What to probe in one file, and how its functions were found.</summary>
/// <param name="Version">Of the library, such as "OpenSSL 3.0.19"; empty when it does not tell.</param>
/// <param name="Probes">All probes.</param>
/// <param name="Functions">Functions of the plan, with the kind of their return sites.</param>
/// <param name="HasCalls">True when it reads and writes plaintext.</param>
/// <param name="HasRecords">True when it takes records on their way out: BIO_write of OpenSSL.</param>
internal sealed record TlsPlan(
    string Version,
    IReadOnlyList<TlsProbe> Probes,
    IReadOnlyDictionary<string, ReturnSites> Functions,
    bool HasCalls,
    bool HasRecords)
{
    /// <summary>A file without TLS functions.</summary>
    public static TlsPlan None { get; } = new(string.Empty, [], new Dictionary<string, ReturnSites>(), false, false);

    /// <summary>Why a file with calls has no probes, and what to do; empty otherwise.</summary>
    public string Error { get; init; } = string.Empty;

    /// <summary>The self-test's exchange for the family; None where there is none.</summary>
    public KnownExchange Exchange { get; init; }

    /// <summary>Both plans as one: a program may contain libraries of several families.</summary>
    public TlsPlan With(TlsPlan other) => this == None ? other : other == None ? this : new TlsPlan(
        JoinVersions(this, other),
        [.. Probes, .. other.Probes],
        Functions.Concat(other.Functions).ToDictionary(),
        HasCalls || other.HasCalls,
        HasRecords || other.HasRecords)
    {
        Error = Error.Length > 0 ? Error : other.Error,
        Exchange = Exchange != KnownExchange.None ? Exchange : other.Exchange,
    };

    /// <summary>Versions of what reads and writes plaintext, if any does: in a program of Go BoringCrypto does not.
    /// </summary>
    private static string JoinVersions(params TlsPlan[] plans)
    {
        var hasCalls = plans.Any(plan => plan.HasCalls);
        return string.Join(
            ", ",
            plans.Where(plan => plan.HasCalls == hasCalls && plan.Version.Length > 0).Select(plan => plan.Version));
    }
}
