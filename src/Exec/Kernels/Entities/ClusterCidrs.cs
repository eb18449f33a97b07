using System.Net;
using System.Net.Sockets;
using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Address ranges of the cluster as a JSON array.</summary>
internal static class ClusterCidrs
{
    /// <summary>
    /// The pods' ranges, for each of IPv4 also the address that ends in 1, which is the node's bridge, and the
    /// services' range; sorted.
    /// </summary>
    public static string ToText(EntitySnapshot entities)
    {
        var ranges = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var range in entities.PodCidrs)
        {
            ranges.Add(range);
            if (IPNetwork.TryParse(range, out var network)
                && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
            {
                var bridge = network.BaseAddress.GetAddressBytes();
                bridge[^1] = 1;
                ranges.Add($"{new IPAddress(bridge)}/32");
            }
        }

        if (entities.ServiceCidr.Length > 0)
        {
            ranges.Add(entities.ServiceCidr);
        }

        return EntityText.Array(ranges);
    }
}
