namespace PixieOrleans.Protocols.Tests;

/// <summary>
/// Tests that count allocated bytes: alone, as a collection that others cause empties the pools of arrays.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AllocationCollection
{
    public const string Name = "allocations";
}
