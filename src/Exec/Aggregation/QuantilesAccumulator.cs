using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Exec.Quantiles;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Aggregation;

/// <summary>quantiles: a t-digest per group, finished as JSON.</summary>
/// <remarks>
/// State: nothing at all without values; else least and greatest value (8 bytes each), then per centroid its mean
/// (8 bytes) and weight (7 bits a byte, lowest first, highest bit set when more follow).
/// </remarks>
internal sealed class QuantilesAccumulator<TCell, TConversion>(
    int column, ExecutionOptions options, MemoryBudget budget) : Accumulator
    where TCell : unmanaged
    where TConversion : struct, ICellConversion<TCell, double>
{
    private const int DigestBytes = 128; // of the object, without its arrays

    private readonly TDigestWorkspace _workspace = new(budget);
    private readonly StringArena _output = new(options.MaxStringColumnBytes);
    private TDigest?[] _digests = [];

    /// <inheritdoc/>
    public override void EnsureGroups(int groups)
    {
        if (_digests.Length < groups)
        {
            _digests = budget.Grow(_digests, groups);
        }
    }

    /// <inheritdoc/>
    public override void Add(ReadOnlySpan<int> groups, RowBatch batch)
    {
        var cells = ((FixedColumn<TCell>)batch.Columns[column]).Values[..groups.Length];
        for (var i = 0; i < groups.Length; i++)
        {
            var digest = _digests[groups[i]] ?? Create(groups[i]);
            digest.Add(TConversion.Convert(cells[i]), _workspace);
        }
    }

    /// <inheritdoc/>
    public override Column Finish(int start, int count)
    {
        _output.Start();
        for (var i = 0; i < count; i++)
        {
            var digest = _digests[start + i] ?? Create(start + i);
            digest.Compress(_workspace);
            QuantileJson.Write(digest, _output);
            _output.EndCell();
        }

        return _output.ToColumn();
    }

    /// <inheritdoc/>
    public override void WriteState(int group, StringArena output)
    {
        if (_digests[group] is { } digest)
        {
            digest.Compress(_workspace);
            TDigestCodec.Write(digest, output);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _output.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void MergeOne(int group, ref StateReader state)
    {
        if (state.Remaining > 0)
        {
            TDigestCodec.MergeInto(_digests[group] ?? Create(group), ref state, _workspace);
        }
    }

    private TDigest Create(int group)
    {
        budget.Charge(DigestBytes);
        return _digests[group] = new TDigest();
    }
}
