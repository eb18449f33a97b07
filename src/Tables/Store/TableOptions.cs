namespace PixieOrleans.Tables.Store;

/// <summary>Bounds of one table.</summary>
/// <param name="BudgetBytes">Memory that the table may hold. At least 64 KiB per shard.</param>
/// <param name="Shards">Threads that write, each through its own writer.</param>
public sealed record TableOptions(long BudgetBytes, int Shards)
{
    private const long SmallestBudgetPerShard = 64 << 10;
    private const long MinBatchBytes = 4 << 10;
    private const long DefaultMaxBatchBytes = 1 << 20;
    private const int HotShareOfBudget = 16; // hot batches hold up to a few times their used bytes

    /// <summary>Rows after which a batch is sealed.</summary>
    public int MaxBatchRows { get; init; } = 4096;

    /// <summary>Used bytes after which a batch is sealed; by default a share of the budget, at most 1 MiB.</summary>
    public long MaxBatchBytes { get; init; } =
        Math.Clamp(BudgetBytes / HotShareOfBudget / Math.Max(Shards, 1), MinBatchBytes, DefaultMaxBatchBytes);

    /// <summary>Age in ns of its oldest row after which a batch is sealed. Default 60 s.</summary>
    public long MaxBatchAgeNs { get; init; } = 60_000_000_000;

    /// <summary>Bytes of strings in one row; what is beyond is cut, and counted.</summary>
    public long MaxRowBytes => MaxBatchBytes / 2;

    /// <summary>Bytes of the budget kept free, for the growth of hot batches between two checks.</summary>
    internal long ReserveBytes => 2 * MaxBatchBytes * Shards;

    /// <summary>Fails with ArgumentOutOfRangeException when a bound makes no sense.</summary>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Shards, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchRows, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBatchBytes, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(BudgetBytes, SmallestBudgetPerShard * Shards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            MaxBatchBytes, Math.Max(MinBatchBytes, BudgetBytes / HotShareOfBudget / Shards));
    }
}

/// <summary>State of one table at one moment.</summary>
/// <param name="Name">The table.</param>
/// <param name="Rows">Rows held now.</param>
/// <param name="Batches">Sealed batches held now.</param>
/// <param name="Bytes">Memory held now.</param>
/// <param name="BudgetBytes">Memory that it may hold.</param>
/// <param name="OldestTimeNs">Earliest time_ held; 0 without rows or without time_.</param>
/// <param name="NewestTimeNs">Latest time_ held; 0 without rows or without time_.</param>
/// <param name="RowsWritten">Rows since the start.</param>
/// <param name="RowsEvicted">Rows dropped for the budget since the start.</param>
/// <param name="BytesEvicted">Bytes dropped for the budget since the start.</param>
/// <param name="LastEvictedTimeNs">Latest time_ among evicted rows; 0 when none was.</param>
/// <param name="TruncatedCells">Cells cut because their row was too long.</param>
public sealed record TableStatistics(
    string Name,
    long Rows,
    int Batches,
    long Bytes,
    long BudgetBytes,
    long OldestTimeNs,
    long NewestTimeNs,
    long RowsWritten,
    long RowsEvicted,
    long BytesEvicted,
    long LastEvictedTimeNs,
    long TruncatedCells);
