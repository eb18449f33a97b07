using System.Collections.Immutable;
using PixieOrleans.Exec;
using PixieOrleans.Grains.Interfaces.Nodes;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Encodes a fragment's rows as blocks of bounded size.</summary>
internal sealed class FragmentSink(FragmentJob job, int blockBytes) : IBatchSink
{
    public long Rows { get; private set; }

    public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        throw new FormatException($"The fragment writes the result '{table}' instead of a channel.");

    public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch)
    {
        Rows += batch.Rows;
        foreach (var block in RowBlocks.Encode(columns, batch, blockBytes))
        {
            job.Write(new FragmentBlock(channel, block.Bytes, block.Rows));
        }
    }
}
