using System.Threading.Channels;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Nodes;

namespace PixieOrleans.Grains.Queries;

/// <summary>
/// Sends a fragment to nodes and collects their blocks; used by one grain's turns only. Every node is read by this
/// class itself, which is right up to some 32 nodes: a tree of merging grains takes its place above that.
/// Bound: blocks that wait to be merged; the nodes' scans pause beyond.
/// </summary>
internal sealed class FanOut : IDisposable
{
    private readonly Channel<NodeBlock> _blocks;
    private readonly CancellationTokenSource _cancel;
    private readonly Dictionary<string, NodeRead> _nodes = new(StringComparer.Ordinal);
    private readonly int _partsPerMessage;

    public FanOut(int maxWaitingBlocks, int partsPerMessage, CancellationToken cancellationToken)
    {
        _blocks = Channel.CreateBounded<NodeBlock>(maxWaitingBlocks);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _partsPerMessage = partsPerMessage;
    }

    /// <summary>Blocks as they arrive; ends when every node has ended.</summary>
    public ChannelReader<NodeBlock> Blocks => _blocks.Reader;

    /// <summary>The nodes and how far they are.</summary>
    public IReadOnlyCollection<NodeRead> Nodes => _nodes.Values;

    /// <summary>Ends when no call to a node is under way any more; never fails.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>Starts the work on the nodes.</summary>
    public void Start(IGrainFactory grains, IEnumerable<string> nodes, FragmentRequest request)
    {
        var reads = new List<Task>();
        foreach (var node in nodes)
        {
            var read = new NodeRead(node);
            _nodes.Add(node, read);
            reads.Add(ReadAsync(grains.GetGrain<INodeGrain>(node), read, request));
        }

        Completion = CompleteAsync(reads);
    }

    /// <summary>Stops the nodes' work. What has not arrived is missing.</summary>
    public void Cancel() => _cancel.Cancel();

    public void Dispose() => _cancel.Dispose();

    private async Task CompleteAsync(List<Task> reads)
    {
        await Task.WhenAll(reads);
        _blocks.Writer.TryComplete();
    }

    private async Task ReadAsync(INodeGrain grain, NodeRead read, FragmentRequest request)
    {
        try
        {
            var parts = grain.ExecuteAsync(request, _cancel.Token).WithBatchSize(_partsPerMessage);
            await foreach (var part in parts.WithCancellation(_cancel.Token))
            {
                if (part is FragmentSummary summary)
                {
                    read.Summary = summary;
                }
                else if (part is FragmentBlock block)
                {
                    await _blocks.Writer.WriteAsync(new NodeBlock(read, block), _cancel.Token);
                    read.Rows += block.Rows;
                }
                else if (part is FragmentLoss loss)
                {
                    read.RowsLost = loss.RowsExpired;
                    await _blocks.Writer.WriteAsync(new NodeBlock(read, null), _cancel.Token);
                }
            }
        }
        catch (Exception e) // the answer goes on without this node and names it
        {
            read.Error = e is OperationCanceledException ? null : CallError.TextOf(e);
        }
    }
}

/// <summary>How far the reading of one node is.</summary>
internal sealed class NodeRead(string node)
{
    /// <summary>Name of the node.</summary>
    public string Node { get; } = node;

    /// <summary>Rows that arrived.</summary>
    public long Rows { get; set; }

    /// <summary>Rows of a stream that expired before they were read.</summary>
    public long RowsLost { get; set; }

    /// <summary>The node's summary, once it has ended.</summary>
    public FragmentSummary? Summary { get; set; }

    /// <summary>Why the node will not end properly, or null.</summary>
    public string? Error { get; set; }
}

/// <summary>Rows of a node on their way to the merge part; without rows, the node has lost some.</summary>
internal readonly record struct NodeBlock(NodeRead Node, FragmentBlock? Block);
