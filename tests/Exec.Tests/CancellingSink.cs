using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;

namespace PixieOrleans.Exec.Tests;

/// <summary>Cancels with the first rows of the answer.</summary>
internal sealed class CancellingSink(CancellationTokenSource cancellation) : IBatchSink
{
    public void OnResult(string table, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        cancellation.Cancel();

    public void OnExchange(int channel, ImmutableArray<ColumnSchema> columns, RowBatch batch) =>
        throw new InvalidOperationException("There is no exchange.");
}
