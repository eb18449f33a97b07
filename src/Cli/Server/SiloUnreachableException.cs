namespace PixieOrleans.Cli.Server;

/// <summary>Nothing answers at the silo's address.</summary>
internal sealed class SiloUnreachableException(Uri address, Exception cause) : Exception(
    $"""
    No silo answers at {address.GetLeftPart(UriPartial.Authority)}: {cause.InnerException?.Message ?? cause.Message}
    Start one with ./run in the root of the repository, or name another with --server or PXO_SERVER.
    """,
    cause);
