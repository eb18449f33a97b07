using System.Net;
using System.Net.Sockets;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Queries;
using PixieOrleans.Plans;

namespace PixieOrleans.Grains.Names;

/// <summary>Adds the names of addresses to the surroundings of executions.</summary>
internal sealed class ReverseNameSource(TimeProvider time) : IQueryEnvironmentSource
{
    private static readonly TimeSpan FragmentAllowance = TimeSpan.FromSeconds(3); // on a worker of its own
    private static readonly TimeSpan MergeAllowance = TimeSpan.FromMilliseconds(500); // takes a grain's turn

    private readonly ReverseNameCache _cache = new(ResolveAsync, time);

    public QueryEnvironment AddToFragment(QueryEnvironment environment, Plan fragment) =>
        environment with { ReverseNames = new ReverseNames(_cache, FragmentAllowance, time) };

    public ValueTask<QueryEnvironment> AddToMergeAsync(
        QueryEnvironment environment, Plan merge, CancellationToken cancellationToken) =>
        new(environment with { ReverseNames = new ReverseNames(_cache, MergeAllowance, time) });

    /// <summary>The name that the machine's resolver has for an address, or null.</summary>
    internal static async Task<string?> ResolveAsync(IPAddress address, CancellationToken cancellationToken)
    {
        try
        {
            var entry = await Dns.GetHostEntryAsync(address.ToString(), cancellationToken).ConfigureAwait(false);
            return string.IsNullOrEmpty(entry.HostName) || IPAddress.TryParse(entry.HostName, out _)
                ? null
                : entry.HostName;
        }
        catch (SocketException) // no name, or no answer
        {
            return null;
        }
    }
}
