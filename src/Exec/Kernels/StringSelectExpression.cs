using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Kernels;

/// <summary>Chooses between two String columns.</summary>
/// <remarks>
/// Between dictionaries (a constant is one) only codes are chosen: the result has a dictionary with the values of both,
/// made once per pair of dictionaries. Otherwise the chosen cells are copied, once, into an arena of the exact size.
/// </remarks>
internal sealed class StringSelectExpression(
    FixedExpression<bool> condition, StringExpression then, StringExpression otherwise, ExecutionOptions options)
    : StringExpression(condition, then, otherwise)
{
    private ArenaStringColumn? _knownThen;
    private ArenaStringColumn? _knownOtherwise;
    private ArenaStringColumn? _both;

    /// <inheritdoc/>
    public override StringColumn Evaluate(RowBatch batch)
    {
        var (thens, otherwises) = (then.Evaluate(batch), otherwise.Evaluate(batch));
        var truths = condition.Evaluate(batch)[..batch.Rows];
        return thens is DictionaryStringColumn left && otherwises is DictionaryStringColumn right && IsWorthJoining(
            left.Dictionary, right.Dictionary, batch.Rows)
                ? SelectCodes(truths, left, right)
                : SelectCells(truths, thens, otherwises, options.MaxStringColumnBytes);
    }

    // Dictionaries that change with every batch and are longer than it cost more to join than its cells to copy.
    private bool IsWorthJoining(ArenaStringColumn left, ArenaStringColumn right, int rows) =>
        IsJoined(left, right) || ReferenceEquals(left, right) || left.Length + right.Length <= rows + 2;

    private bool IsJoined(ArenaStringColumn left, ArenaStringColumn right) =>
        ReferenceEquals(left, _knownThen) && ReferenceEquals(right, _knownOtherwise);

    private DictionaryStringColumn SelectCodes(
        ReadOnlySpan<bool> truths, DictionaryStringColumn left, DictionaryStringColumn right)
    {
        if (!IsJoined(left.Dictionary, right.Dictionary))
        {
            (_knownThen, _knownOtherwise) = (left.Dictionary, right.Dictionary);
            _both = ReferenceEquals(_knownThen, _knownOtherwise)
                ? _knownThen
                : Join(_knownThen, _knownOtherwise, options.MaxStringColumnBytes);
        }

        var shift = ReferenceEquals(_both, _knownThen) ? 0 : left.Dictionary.Length; // of the codes of the right
        var codes = GC.AllocateUninitializedArray<int>(truths.Length);
        var lefts = left.Codes.Span[..codes.Length];
        var rights = right.Codes.Span[..codes.Length];
        for (var i = 0; i < codes.Length; i++)
        {
            codes[i] = truths[i] ? lefts[i] : rights[i] + shift;
        }

        return new DictionaryStringColumn(codes, _both!);
    }

    private static ArenaStringColumn Join(ArenaStringColumn left, ArenaStringColumn right, int maxBytes)
    {
        var offsets = new int[left.Length + right.Length + 1];
        var total = 0L;
        for (var i = 0; i < offsets.Length - 1; i++)
        {
            total += Cell(i).Length;
            offsets[i + 1] = (int)Math.Min(total, int.MaxValue);
        }

        var bytes = Allocate(total, maxBytes);
        for (var i = 0; i < offsets.Length - 1; i++)
        {
            Cell(i).CopyTo(bytes.AsSpan(offsets[i]));
        }

        return new ArenaStringColumn(offsets, bytes);

        ReadOnlySpan<byte> Cell(int i) => i < left.Length ? left.GetUtf8(i) : right.GetUtf8(i - left.Length);
    }

    private static ArenaStringColumn SelectCells(
        ReadOnlySpan<bool> truths, StringColumn thens, StringColumn otherwises, int maxBytes)
    {
        var offsets = GC.AllocateUninitializedArray<int>(truths.Length + 1);
        offsets[0] = 0;
        var total = 0L;
        for (var i = 0; i < truths.Length; i++)
        {
            total += (truths[i] ? thens : otherwises).GetUtf8(i).Length;
            offsets[i + 1] = (int)Math.Min(total, int.MaxValue);
        }

        var bytes = Allocate(total, maxBytes);
        for (var i = 0; i < truths.Length; i++)
        {
            (truths[i] ? thens : otherwises).GetUtf8(i).CopyTo(bytes.AsSpan(offsets[i]));
        }

        return new ArenaStringColumn(offsets, bytes);
    }

    private static byte[] Allocate(long total, int maxBytes) => total <= maxBytes
        ? GC.AllocateUninitializedArray<byte>((int)total)
        : throw new QueryLimitException(
            $"A String column of one batch needs more than MaxStringColumnBytes = {maxBytes} bytes.");
}
