using System.Text;

namespace PixieOrleans.Grains.Cluster;

/// <summary>Numbers of nodes in upids: a hash of the name, so that a name keeps its number without any store.</summary>
internal static class AgentNumbers
{
    private const uint FnvOffset = 2166136261;
    private const uint FnvPrime = 16777619;

    /// <summary>The name's number, or the next one that is free; never 0, which means none.</summary>
    public static uint Choose(string node, Func<uint, bool> isTaken)
    {
        var number = Hash(node);
        while (number == 0 || isTaken(number))
        {
            number++;
        }

        return number;
    }

    /// <summary>FNV-1a, 32 bits, of the UTF-8 bytes.</summary>
    public static uint Hash(string node)
    {
        var hash = FnvOffset;
        foreach (var b in Encoding.UTF8.GetBytes(node))
        {
            hash = (hash ^ b) * FnvPrime;
        }

        return hash;
    }
}
