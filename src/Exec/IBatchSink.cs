using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec;

/// <summary>
/// Takes what a plan yields, on the thread that drives the execution. Batches are immutable and may be kept; they may
/// be views of larger arrays.
/// </summary>
public interface IBatchSink
{
    /// <summary>Rows of a table of the answer; without any row, one batch of zero rows at the end.</summary>
    void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch);

    /// <summary>Rows for the merge part; never a batch of zero rows.</summary>
    void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch);
}
