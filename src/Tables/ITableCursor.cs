namespace PixieOrleans.Tables;

/// <summary>A place in a table that goes on with the rows that come. Used by one thread.</summary>
public interface ITableCursor
{
    /// <summary>Rows that the table dropped for its budget before they were read.</summary>
    long RowsLost { get; }

    /// <summary>
    /// The rows after those read before, in at most <paramref name="maxBatches"/> batches; empty when there are none
    /// yet. No row comes twice, and none is left out that is not counted as lost.
    /// </summary>
    IReadOnlyList<RowBatch> Read(int maxBatches);
}
