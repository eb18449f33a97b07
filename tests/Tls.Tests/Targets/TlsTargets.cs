using PixieOrleans.Tls.Tests.Matrix;

namespace PixieOrleans.Tls.Tests.Targets;

/// <summary>All targets of the matrix.</summary>
internal static class TlsTargets
{
    /// <summary>All; add a family's list here.</summary>
    public static IReadOnlyList<TlsTarget> All =>
    [
        .. OpenSslTargets.All,
        .. GoTargets.All,
        .. ReleaseTargets.All,
        .. LibraryTargets.All,
        .. BoringSslTargets.All,
    ];
}
