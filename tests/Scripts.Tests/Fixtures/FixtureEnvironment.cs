using PixieOrleans.Exec;

namespace PixieOrleans.Scripts.Tests.Fixtures;

/// <summary>Surroundings of executions: of a node, and of the side that merges.</summary>
internal static class FixtureEnvironment
{
    /// <summary>Where the parts of the nodes come together.</summary>
    public static QueryEnvironment Merge { get; } = new()
    {
        Hostname = "merger",
        Asid = 9,
        Cpus = 2,
        Entities = FixtureEntities.Of(null),
        TableFunctions = new FixtureTableFunctions(9),
    };

    /// <summary>On a node with four processors.</summary>
    public static QueryEnvironment Of(string node, uint asid) => new()
    {
        Hostname = node,
        Asid = asid,
        Cpus = 4,
        Entities = FixtureEntities.Of(node),
        TableFunctions = new FixtureTableFunctions(asid),
    };
}
