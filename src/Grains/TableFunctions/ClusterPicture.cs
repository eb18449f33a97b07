using System.Collections.Immutable;
using PixieOrleans.Model;

namespace PixieOrleans.Grains.TableFunctions;

/// <summary>What table functions tell about the cluster, as it was at one moment.</summary>
/// <param name="Asid">Number of the node that answers.</param>
/// <param name="Version">Version of its program.</param>
/// <param name="Schemas">Tables of all nodes, by name.</param>
/// <param name="Agents">Nodes, present or gone, by name; empty when the query does not ask for them.</param>
internal sealed record ClusterPicture(
    uint Asid, string Version, ImmutableArray<TableSchema> Schemas, ImmutableArray<AgentPicture> Agents);

/// <summary>One node.</summary>
/// <param name="Id">The same as long as its silo lives.</param>
/// <param name="Asid">Its number in upids; 0 when nobody knows it.</param>
/// <param name="Name">Its name.</param>
/// <param name="Address">Address and port of its silo.</param>
/// <param name="State">State, as Pixie spells it.</param>
/// <param name="CreateTimeNs">When its silo started, as far as known.</param>
/// <param name="HeartbeatNs">Time since its last sign of life, as far as known.</param>
/// <param name="HasKernelHeaders">True when it has told that it has them.</param>
internal sealed record AgentPicture(
    UInt128 Id,
    uint Asid,
    string Name,
    string Address,
    string State,
    long CreateTimeNs,
    long HeartbeatNs,
    bool HasKernelHeaders);
