using PixieOrleans.NodeProbe.Elf;

namespace PixieOrleans.NodeProbe.Tls.Families;

/// <summary>A family of TLS libraries: which functions of a file carry plaintext, and where to probe them.</summary>
internal interface ITlsFamily
{
    /// <summary>What to probe in a file; <see cref="TlsPlan.None"/> when it holds nothing of the family.</summary>
    TlsPlan Find(ElfFile file);
}

/// <summary>All families.</summary>
internal static class TlsFamilies
{
    private static readonly ITlsFamily[] All =
        [new OpenSsl(), new GnuTls(), new MbedTls(), new WolfSsl(), new Nss(), new Rustls(), new Go()];

    /// <summary>What to probe in a file, of all families.</summary>
    public static TlsPlan Find(ElfFile file) =>
        All.Aggregate(TlsPlan.None, (plan, family) => plan.With(family.Find(file)));
}
