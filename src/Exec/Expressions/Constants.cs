using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Expressions;

/// <summary>A constant of fixed width; kernels take its value, so that cells exist only in an output column.</summary>
internal sealed class FixedConstant<T>(DataType type, T value) : FixedExpression<T>(type)
    where T : unmanaged
{
    /// <inheritdoc/>
    public override bool IsConstant => true;

    /// <inheritdoc/>
    public override T ConstantValue => value;

    /// <inheritdoc/>
    public override void EvaluateInto(RowBatch batch, Span<T> destination) => destination.Fill(value);
}

/// <summary>A String constant; as a column it is a dictionary of one value.</summary>
internal sealed class StringConstant(byte[] utf8) : StringExpression
{
    private readonly ArenaStringColumn _dictionary = new(new[] { 0, utf8.Length }, utf8);
    private int[] _codes = []; // all 0, so every batch may view the same array

    /// <inheritdoc/>
    public override bool IsConstant => true;

    /// <inheritdoc/>
    public override byte[] ConstantValue => utf8;

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        if (_codes.Length < batch.Rows)
        {
            _codes = new int[batch.Rows];
        }

        return new DictionaryStringColumn(_codes.AsMemory(0, batch.Rows), _dictionary);
    }
}
