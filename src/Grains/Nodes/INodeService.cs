using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;
using PixieOrleans.NodeProbe.Entities;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Nodes;

/// <summary>
/// Probes and tables of the silo's node. Lives as long as the silo, so that a node grain which is activated
/// again never restarts a probe. Only the node grain drives it.
/// </summary>
public interface INodeService
{
    /// <summary>The node's tables; readable before the start.</summary>
    ITableSource Tables { get; }

    /// <summary>Number of the node in upids; 0 before the start.</summary>
    uint Asid { get; }

    /// <summary>
    /// Starts the probes; a repeated call waits for the first. A probe that cannot run is no failure: the status
    /// says so.
    /// </summary>
    Task StartAsync(uint asid, CancellationToken cancellationToken);

    /// <summary>Stops the probes. The tables stay readable.</summary>
    Task StopAsync(CancellationToken cancellationToken);

    /// <summary>State of sources, hooks, losses and tables; of the node itself only what it knows.</summary>
    NodeStatus GetStatus();

    /// <summary>Who is who on the node. Default: nobody is known.</summary>
    EntityPicture Entities => EntityPicture.Empty;

    /// <summary>Files that a process of the node has mapped. Default: none is known.</summary>
    IReadOnlyList<string> MappedFiles(Upid upid) => [];

    /// <summary>
    /// What these tables are missing between two times (ns since 1970, both included). Losses on the way to the
    /// tables are the node's: nobody knows into which table a lost event would have gone.
    /// </summary>
    NodeCompleteness GetCompleteness(IReadOnlyCollection<string> tables, long startNs, long endNs);
}
