using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Grains.Queries;

/// <summary>Bounds of queries; section "Query".</summary>
public sealed class QueryOptions
{
    /// <summary>Deadline of a query that names none, ms. Default 30 s.</summary>
    [Range(1, 3_600_000)]
    public int DefaultTimeoutMs { get; set; } = 30_000;

    /// <summary>Longest deadline a query may ask for, ms. Default 10 min.</summary>
    [Range(1, 86_400_000)]
    public int MaxTimeoutMs { get; set; } = 600_000;

    /// <summary>Most rows of a table of an answer, whatever the query asks for. Default 1,000,000.</summary>
    [Range(1, long.MaxValue)]
    public long MaxRows { get; set; } = 1_000_000;

    /// <summary>
    /// Bytes that the operators of a query's merge part may hold; a query that needs more fails. Default 256 MiB.
    /// </summary>
    [Range(1 << 16, 1L << 40)]
    public long MaxMemoryBytes { get; set; } = 256L << 20;

    /// <summary>Longest text of a query, characters. Default 1 Mi.</summary>
    [Range(1, 64 << 20)]
    public int MaxTextChars { get; set; } = 1 << 20;

    /// <summary>Blocks of all nodes of one query that wait to be merged. Default 8.</summary>
    [Range(1, 1024)]
    public int MaxWaitingBlocks { get; set; } = 8;

    /// <summary>Parts that travel in one message. Default 4, 4 MiB at most.</summary>
    [Range(1, 64)]
    public int PartsPerMessage { get; set; } = 4;

    /// <summary>Bytes of cells per block of an answer. Default 512 KiB.</summary>
    [Range(4096, 16 << 20)]
    public int BlockBytes { get; set; } = 512 << 10;

    /// <summary>
    /// A query without a start time names the nodes that went away within this time, minutes. Default 1 h.
    /// </summary>
    [Range(0, 10_080)]
    public int MissingNodeMinutes { get; set; } = 60;

    /// <summary>Why a request asks for more than is allowed, or null.</summary>
    internal string? Refusal(QueryRequest request) => request switch
    {
        _ when request.Text.Length > MaxTextChars =>
            $"The query has {request.Text.Length} characters, more than Query:MaxTextChars = {MaxTextChars}.",
        { TimeoutMs: { } timeout } when timeout > MaxTimeoutMs =>
            $"The query asks for {timeout} ms, more than Query:MaxTimeoutMs = {MaxTimeoutMs}.",
        _ => null,
    };
}

[OptionsValidator]
internal sealed partial class QueryOptionsValidator : IValidateOptions<QueryOptions>;
