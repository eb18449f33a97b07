using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels;

/// <summary>A function from string to string; carries its constants and scratch memory.</summary>
internal interface IStringTransform
{
    /// <summary>Appends the result for one string to the cell being written; does not end the cell.</summary>
    void Apply(ReadOnlySpan<byte> value, StringArena result);
}

/// <summary>
/// Applies a transform to a String column; to a dictionary once per distinct value, keeping the codes.
/// </summary>
internal sealed class StringTransformExpression<TTransform>(
    StringExpression input, TTransform transform, ExecutionOptions options) : StringExpression(input)
    where TTransform : IStringTransform
{
    private readonly StringArena _arena = new(options.MaxStringColumnBytes);
    private ArenaStringColumn? _known;
    private ArenaStringColumn? _results;

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        var cells = input.Evaluate(batch);
        if (cells is not DictionaryStringColumn encoded)
        {
            return Apply((ArenaStringColumn)cells);
        }

        // The batches of a table share dictionaries with their slices, so the results hold for many batches.
        if (!ReferenceEquals(encoded.Dictionary, _known))
        {
            _results = Apply(encoded.Dictionary);
            _known = encoded.Dictionary;
        }

        return new DictionaryStringColumn(encoded.Codes, _results!);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _arena.Dispose();
        (transform as IDisposable)?.Dispose();
        base.Dispose();
    }

    private ArenaStringColumn Apply(ArenaStringColumn cells)
    {
        _arena.Start();
        for (var row = 0; row < cells.Length; row++)
        {
            transform.Apply(cells.GetUtf8(row), _arena);
            _arena.EndCell();
        }

        return _arena.ToColumn();
    }
}
