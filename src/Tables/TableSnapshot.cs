namespace PixieOrleans.Tables;

/// <summary>Views of rows of a table, and what did not have to be looked at.</summary>
/// <param name="Batches">The views, oldest first.</param>
/// <param name="SkippedBatches">Batches in the range of time without a row within the bounds.</param>
/// <param name="SkippedRows">Rows of these batches.</param>
public sealed record TableSnapshot(IReadOnlyList<RowBatch> Batches, int SkippedBatches, long SkippedRows);
