using System.Text;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Numbers the distinct keys of the rows 0, 1, 2, …, so that each is looked up once.</summary>
internal abstract class KeyReader<TKey>
{
    /// <summary>Keys that are remembered; then all are forgotten and looked up again.</summary>
    protected const int MaxKeys = 1 << 16;

    /// <summary>Distinct keys so far.</summary>
    public abstract int Count { get; }

    /// <summary>Whether the keys should be forgotten before the next batch.</summary>
    public abstract bool IsFull { get; }

    /// <summary>Writes the number of every row's key.</summary>
    public abstract void Encode(RowBatch batch, Span<int> ids);

    /// <summary>The keys from a number on.</summary>
    public abstract IEnumerable<TKey> From(int id);

    /// <summary>Forgets all keys.</summary>
    public abstract void Clear();
}

/// <summary>Keys that are upids.</summary>
internal sealed class UpidReader(FixedExpression<UInt128> upids) : KeyReader<UInt128>
{
    private readonly UpidIdTable _table = new();

    /// <inheritdoc/>
    public override int Count => _table.Count;

    /// <inheritdoc/>
    public override bool IsFull => Count > MaxKeys;

    /// <inheritdoc/>
    public override void Encode(RowBatch batch, Span<int> ids) => _table.GetOrAdd(upids.Evaluate(batch), ids);

    /// <inheritdoc/>
    public override IEnumerable<UInt128> From(int id)
    {
        for (; id < _table.Count; id++)
        {
            yield return _table[id];
        }
    }

    /// <inheritdoc/>
    public override void Clear() => _table.Clear();
}

/// <summary>Keys that are strings; those of a dictionary are numbered once per value.</summary>
internal sealed class TextReader : KeyReader<string>
{
    private const long MaxBytes = 32 << 20;
    private readonly StringExpression _texts;
    private MemoryBudget _used = new(long.MaxValue); // counts; IsFull keeps it small
    private StringKeys _keys;

    /// <summary>Reads the values of an expression.</summary>
    public TextReader(StringExpression texts)
    {
        _texts = texts;
        _keys = new StringKeys(_used);
    }

    /// <inheritdoc/>
    public override int Count => _keys.Count;

    /// <inheritdoc/>
    public override bool IsFull => Count > MaxKeys || _used.UsedBytes > MaxBytes;

    /// <inheritdoc/>
    public override void Encode(RowBatch batch, Span<int> ids) => _keys.Encode(_texts.Evaluate(batch), ids);

    /// <inheritdoc/>
    public override IEnumerable<string> From(int id)
    {
        var column = (ArenaStringColumn)_keys.Decode([.. Enumerable.Range(id, Count - id)]);
        for (var row = 0; row < column.Length; row++)
        {
            yield return Encoding.UTF8.GetString(column.GetUtf8(row));
        }
    }

    /// <inheritdoc/>
    public override void Clear()
    {
        _used = new MemoryBudget(long.MaxValue);
        _keys = new StringKeys(_used);
    }
}
