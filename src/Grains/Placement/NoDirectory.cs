using Orleans.GrainDirectory;

namespace PixieOrleans.Grains.Placement;

/// <summary>
/// The directory of grains whose silo follows from their placement alone. It knows nothing and asks nobody: a lookup
/// in the shared directory fails while the silo that owns the entry's part is dead and not yet known to be.
/// </summary>
internal sealed class NoDirectory : IGrainDirectory
{
    /// <summary>Name for [GrainDirectory].</summary>
    public const string Name = "pxo.none";

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
