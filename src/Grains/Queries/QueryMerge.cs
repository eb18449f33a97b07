using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Exec.Splitting;
using PixieOrleans.Grains.Fragments;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Grains.Interfaces.Queries;
using PixieOrleans.Model;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Queries;

/// <summary>The merge part of one query: blocks of nodes in, blocks of the answer out, cut at the row limit.</summary>
internal sealed class QueryMerge : IBatchSink, IDisposable
{
    private readonly PlanExecution _execution;
    private readonly ImmutableArray<ResultTable> _tables;
    private readonly Dictionary<int, ImmutableArray<ColumnSchema>> _channels;
    private readonly Queue<QueryBlock> _ready = new();
    private readonly long[] _rows;
    private readonly long _maxRows;
    private readonly int _blockBytes;

    public QueryMerge(
        DistributedPlan plan,
        ImmutableArray<ResultTable> tables,
        ExecutionOptions options,
        long maxRows,
        int blockBytes)
    {
        (_tables, _maxRows, _blockBytes) = (tables, maxRows, blockBytes);
        _rows = new long[tables.Length];
        _channels = plan.Merge.Nodes.OfType<ExchangeSourceNode>().ToDictionary(n => n.Channel, n => n.Columns);
        _execution = new PlanExecution(plan.Merge, null, options, this);
    }

    /// <summary>Rows of the answer so far.</summary>
    public long Rows => _rows.Sum();

    /// <summary>What the operators did.</summary>
    public ImmutableArray<OperatorFigures> Operators => _execution.Statistics.ToFigures();

    /// <summary>True when a table was cut.</summary>
    public bool RowLimitReached { get; private set; }

    /// <summary>True when no table takes another row.</summary>
    public bool IsFull => _tables.Length > 0 && Array.TrueForAll(_rows, rows => rows >= _maxRows);

    /// <summary>Merges a node's rows. Fails with FormatException when they are not what the plan says.</summary>
    public void Push(FragmentBlock block, CancellationToken cancellationToken)
    {
        if (!_channels.TryGetValue(block.Channel, out var columns))
        {
            throw new FormatException($"A node sent rows on channel {block.Channel}, which the plan does not have.");
        }

        _execution.Push(block.Channel, RowBlocks.Decode(block.Block, columns), cancellationToken);
    }

    /// <summary>All nodes ended: the rest of the rows becomes ready.</summary>
    public void Complete(CancellationToken cancellationToken) => _execution.Complete(cancellationToken);

    /// <summary>Takes a block that is ready.</summary>
    public bool TryTake(out QueryPart part)
    {
        var taken = _ready.TryDequeue(out var block);
        part = block!;
        return taken;
    }

    public void Dispose() => _execution.Dispose();

    void IBatchSink.OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch)
    {
        var index = IndexOf(table);
        var room = _maxRows - _rows[index];
        if (batch.Rows > room)
        {
            RowLimitReached = true;
            batch = batch.Slice(0, (int)room);
        }

        _rows[index] += batch.Rows;
        foreach (var (bytes, rows) in RowBlocks.Encode(columns, batch, _blockBytes))
        {
            _ready.Enqueue(new QueryBlock(index, bytes, rows));
        }
    }

    void IBatchSink.OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        throw new InvalidOperationException("The merge part of a plan has no exchange sink.");

    private int IndexOf(string table)
    {
        for (var i = 0; i < _tables.Length; i++)
        {
            if (_tables[i].Name == table)
            {
                return i;
            }
        }

        throw new InvalidOperationException($"The plan yields the unknown table '{table}'.");
    }
}
