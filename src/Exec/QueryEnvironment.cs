using PixieOrleans.Model.Entities;

namespace PixieOrleans.Exec;

/// <summary>What a plan may ask about the machine that runs it and the cluster: a picture of one moment.</summary>
public sealed record QueryEnvironment
{
    /// <summary>Knows nothing.</summary>
    public static QueryEnvironment Empty { get; } = new();

    /// <summary>Name of the machine; may be empty.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>Number of the agent, as in the upids that it makes.</summary>
    public uint Asid { get; init; }

    /// <summary>Configured CPUs of the machine.</summary>
    public int Cpus { get; init; }

    /// <summary>Id of the cluster; may be empty.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Name of the cluster; may be empty.</summary>
    public string ClusterName { get; init; } = "";

    /// <summary>Namespace that the agents run in; may be empty.</summary>
    public string ClusterNamespace { get; init; } = "";

    /// <summary>Computes the rows of table functions. Default: none.</summary>
    public ITableFunctionSource TableFunctions { get; init; } = NoTableFunctions.Instance;

    /// <summary>Who is who. Default: nobody is known.</summary>
    public EntitySnapshot Entities { get; init; } = EntitySnapshot.Empty;

    /// <summary>
    /// For an execution that goes on for long: who is who now, the same object until something changes. Null: as in
    /// <see cref="Entities"/>.
    /// </summary>
    public Func<EntitySnapshot>? CurrentEntities { get; init; }

    /// <summary>Reads about running processes. Default: none is known.</summary>
    public IProcessFiles ProcessFiles { get; init; } = NoProcessFiles.Instance;

    /// <summary>Finds names of addresses. Default: none.</summary>
    public IReverseNames ReverseNames { get; init; } = NoReverseNames.Instance;
}
