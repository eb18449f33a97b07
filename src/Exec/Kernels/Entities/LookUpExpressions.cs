using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Model.Entities;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>A text per key, found once per distinct key of the execution; yields dictionary columns.</summary>
internal sealed class LookUpText<TKey>(
    KeyReader<TKey> keys,
    CompiledExpression input,
    Func<EntitySnapshot, TKey, string> find,
    ExecutionOptions options)
    : StringExpression(input)
{
    private readonly EntityView _entities = new(options.Environment);
    private ScratchBuffer<int> _ids;
    private TextResults _results = new(options.MaxStringColumnBytes);
    private List<int> _codes = []; // by key

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        if (_entities.Refresh() || keys.IsFull)
        {
            keys.Clear();
            (_codes, _results) = ([], new TextResults(options.MaxStringColumnBytes));
        }

        var ids = _ids.Get(batch.Rows);
        keys.Encode(batch, ids);
        foreach (var key in _codes.Count < keys.Count ? keys.From(_codes.Count) : [])
        {
            _codes.Add(_results.Add(find(_entities.Now, key)));
        }

        var codes = GC.AllocateUninitializedArray<int>(batch.Rows);
        for (var row = 0; row < codes.Length; row++)
        {
            codes[row] = _codes[ids[row]];
        }

        return new DictionaryStringColumn(codes, _results.Column);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ids.Release();
        base.Dispose();
    }
}

/// <summary>A time per key, found once per distinct key of the execution.</summary>
internal sealed class LookUpTime<TKey>(
    KeyReader<TKey> keys,
    CompiledExpression input,
    Func<EntitySnapshot, TKey, long> find,
    ExecutionOptions options)
    : FixedExpression<long>(DataType.Time64Ns, input)
{
    private readonly EntityView _entities = new(options.Environment);
    private readonly List<long> _times = []; // by key
    private ScratchBuffer<int> _ids;

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<long> destination)
    {
        if (_entities.Refresh() || keys.IsFull)
        {
            keys.Clear();
            _times.Clear();
        }

        var ids = _ids.Get(batch.Rows);
        keys.Encode(batch, ids);
        foreach (var key in _times.Count < keys.Count ? keys.From(_times.Count) : [])
        {
            _times.Add(find(_entities.Now, key));
        }

        for (var row = 0; row < ids.Length; row++)
        {
            destination[row] = _times[ids[row]];
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _ids.Release();
        base.Dispose();
    }
}
