using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using PixieOrleans.Grains.Cluster;
using PixieOrleans.Grains.Interfaces.Cluster;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;
using PixieOrleans.Grains.Queries;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>Takes pictures of the cluster: asks the nodes, for two seconds at most.</summary>
internal sealed class ClusterPictures(
    IGrainFactory grains, NodeDirectory directory, SchemaCatalog catalog, INodeService node, TimeProvider time)
{
    private const long NsPerTick = 100;
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(2);

    /// <summary>A picture; with the nodes when they are wanted.</summary>
    public async ValueTask<ClusterPicture> TakeAsync(bool withAgents, CancellationToken cancellationToken)
    {
        var schemas = catalog.Schemas.OrderBy(schema => schema.Name, StringComparer.Ordinal);
        var agents = withAgents ? await AgentsAsync(cancellationToken) : [];
        return new ClusterPicture(node.Asid, LocalNode.Version, [.. schemas], agents);
    }

    private async ValueTask<ImmutableArray<AgentPicture>> AgentsAsync(CancellationToken cancellationToken)
    {
        var nodes = directory.Nodes.Values.OrderBy(known => known.Name, StringComparer.Ordinal).ToList();
        var numbers = NumbersAsync(cancellationToken);
        var answers = await Task.WhenAll(nodes.Select(known => AskAsync(known, cancellationToken)));
        var asids = await numbers;
        var now = time.GetTimestamp();
        return [.. nodes.Select((known, i) => Picture(known, answers[i], asids, now))];
    }

    // Numbers of nodes that do not answer themselves.
    private async Task<Dictionary<string, uint>> NumbersAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await grains.GetGrain<IClusterGrain>(0).GetNodesAsync(cancellationToken).AsTask()
                .WaitAsync(NodeTimeout, time, cancellationToken);
            return answer.Nodes.ToDictionary(known => known.Name, known => known.Asid);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            return []; // they stay 0, which says so
        }
    }

    private async Task<(NodeAgent Agent, long Received)?> AskAsync(
        KnownNode known, CancellationToken cancellationToken)
    {
        if (known.Presence != NodePresence.Active)
        {
            return null;
        }

        try
        {
            var agent = await grains.GetGrain<INodeGrain>(known.Name).GetAgentAsync(cancellationToken).AsTask()
                .WaitAsync(NodeTimeout, time, cancellationToken);
            return (agent, time.GetTimestamp());
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is not OutOfMemoryException)
        {
            return null; // the row says that it does not answer
        }
    }

    private AgentPicture Picture(
        KnownNode known, (NodeAgent Agent, long Received)? answer, Dictionary<string, uint> asids, long now)
    {
        var (sinceNs, utcNow) = (ToNs(known.Since), time.GetUtcNow());
        var silence = known.Presence == NodePresence.Active ? NodeTimeout : utcNow - known.Since;
        return new AgentPicture(
            IdOf(known),
            answer?.Agent.Asid ?? asids.GetValueOrDefault(known.Name),
            known.Name,
            known.Silo.Endpoint.ToString(),
            StateOf(known.Presence, answer is not null),
            answer?.Agent.StartedNs ?? sinceNs,
            NsPerTick * Math.Max(0, (answer is { } a ? time.GetElapsedTime(a.Received, now) : silence).Ticks),
            answer?.Agent.HasKernelHeaders ?? false);
    }

    private static string StateOf(NodePresence presence, bool hasAnswered) => presence switch
    {
        NodePresence.Active => hasAnswered ? "AGENT_STATE_HEALTHY" : "AGENT_STATE_UNRESPONSIVE",
        NodePresence.Joining => "AGENT_STATE_UNKNOWN",
        _ => "AGENT_STATE_DISCONNECTED",
    };

    private static UInt128 IdOf(KnownNode known) => BinaryPrimitives.ReadUInt128BigEndian(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{known.Name}@{known.Silo.ToParsableString()}")));

    private static long ToNs(DateTimeOffset moment) =>
        NsPerTick * (moment.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks);
}
