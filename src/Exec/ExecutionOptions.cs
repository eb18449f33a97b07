using System.ComponentModel.DataAnnotations;

namespace PixieOrleans.Exec;

/// <summary>Bounds of one execution of a plan, and the surroundings it sees.</summary>
public sealed class ExecutionOptions
{
    /// <summary>Rows that operators work on at a time; longer batches are cut into views. Default 8192.</summary>
    /// <remarks>Small enough that the temporaries of an expression stay in the second-level cache.</remarks>
    [Range(64, 1 << 20)]
    public int MaxBatchRows { get; set; } = 8192;

    /// <summary>Bytes of everything that one plan holds: groups, joins, buffers. Default 384 MiB.</summary>
    [Range(1 << 16, 1L << 40)]
    public long MaxExecutionBytes { get; set; } = 384L << 20;

    /// <summary>Bytes of all groups, keys and states of the aggregations of one plan. Default 256 MiB.</summary>
    [Range(1 << 16, 1L << 40)]
    public long MaxAggregateBytes { get; set; } = 256L << 20;

    /// <summary>Bytes that the joins of one plan hold: an input of each, and rows that wait. Default 256 MiB.</summary>
    [Range(1 << 16, 1L << 40)]
    public long MaxJoinBytes { get; set; } = 256L << 20;

    /// <summary>Bytes of rows that wait to be put in order by time. Default 32 MiB.</summary>
    /// <remarks>Past it rows are handed on as they come: the order suffers, no row is lost.</remarks>
    [Range(1 << 16, 1L << 40)]
    public long MaxUnionBytes { get; set; } = 32L << 20;

    /// <summary>Bytes of one String column that an operator makes for one batch. Default 256 MiB.</summary>
    [Range(1 << 16, 1 << 30)]
    public int MaxStringColumnBytes { get; set; } = 256 << 20;

    /// <summary>What functions may ask about the machine and the cluster. Default nothing.</summary>
    public QueryEnvironment Environment { get; set; } = QueryEnvironment.Empty;

    /// <summary>A clock of nanoseconds that never goes back, for the time of operators; null: not measured.</summary>
    public Func<long>? ClockNs { get; set; }
}
