using Microsoft.Extensions.Options;
using Orleans.Configuration;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Queries;

/// <summary>The machine and the cluster, then what every registered source adds, in their order.</summary>
internal sealed class QueryEnvironments(
    INodeService node, IOptions<ClusterOptions> cluster, IEnumerable<IQueryEnvironmentSource> sources)
    : IQueryEnvironments
{
    private const string PossibleCpus = "/sys/devices/system/cpu/possible";

    private readonly IQueryEnvironmentSource[] _sources = [.. sources];
    private readonly QueryEnvironment _machine = new()
    {
        Hostname = Environment.MachineName,
        Cpus = ConfiguredCpus(),
        ClusterId = cluster.Value.ClusterId,
        ClusterName = cluster.Value.ClusterId,
    };

    public QueryEnvironment ForFragment(Plan fragment)
    {
        var environment = Machine();
        foreach (var source in _sources)
        {
            environment = source.AddToFragment(environment, fragment);
        }

        return environment;
    }

    public async ValueTask<QueryEnvironment> ForMergeAsync(Plan merge, CancellationToken cancellationToken)
    {
        var environment = Machine();
        foreach (var source in _sources)
        {
            environment = await source.AddToMergeAsync(environment, merge, cancellationToken);
        }

        return environment;
    }

    /// <summary>CPUs of a list such as "0-3,8"; 0 when it is none.</summary>
    internal static int CountCpus(string list)
    {
        var count = 0;
        foreach (var part in list.Trim().Split(','))
        {
            var ends = part.Split('-');
            if (!int.TryParse(ends[0], out var first) || !int.TryParse(ends[^1], out var last) || last < first)
            {
                return 0;
            }

            count += last - first + 1;
        }

        return count;
    }

    private QueryEnvironment Machine() => _machine with { Asid = node.Asid };

    // Configured, not usable ones: what the process may use says nothing about the machine.
    private static int ConfiguredCpus()
    {
        try
        {
            return CountCpus(File.ReadAllText(PossibleCpus)) is > 0 and var cpus ? cpus : Environment.ProcessorCount;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException) // no sysfs in this container
        {
            return Environment.ProcessorCount;
        }
    }
}
