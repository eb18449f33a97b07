using Orleans.Placement;
using Orleans.Runtime.Placement;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;

namespace PixieOrleans.Grains.Nodes;

/// <summary>Places a grain on the active silo whose name is the grain's key, never elsewhere.</summary>
[GenerateSerializer, Immutable, SuppressReferenceTracking, Alias("pxo.NodePlacement")]
public sealed class NodePlacement : PlacementStrategy
{
    internal static readonly NodePlacement Instance = new();

    /// <summary>False: the key names the silo.</summary>
    public override bool IsUsingGrainDirectory => false;
}

/// <summary>Marks grains that live on the silo named by their key.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NodePlacementAttribute() : PlacementAttribute(NodePlacement.Instance);

internal sealed class NodePlacementDirector(NodeDirectory directory) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var node = target.GrainIdentity.Key.ToString()!;
        if (directory.FindActiveSilo(node) is not { } silo
            || Array.IndexOf(context.GetCompatibleSilos(target), silo) < 0)
        {
            throw NodeUnavailableException.For(node);
        }

        return Task.FromResult(silo);
    }
}
