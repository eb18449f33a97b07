using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Checks batches that come from outside the plan, so that operators may rely on their shape.</summary>
internal static class BatchShape
{
    /// <summary>Fails unless the batch has the columns of a schema.</summary>
    /// <exception cref="InvalidPlanException">It has not.</exception>
    public static void Require(RowBatch batch, ImmutableArray<ColumnSchema> columns, string origin)
    {
        if (batch.Columns.Length != columns.Length)
        {
            throw new InvalidPlanException(
                $"A batch of {origin} has {batch.Columns.Length} columns, the plan expects {columns.Length}.");
        }

        for (var i = 0; i < columns.Length; i++)
        {
            if (batch.Columns[i].Type != columns[i].Type)
            {
                throw new InvalidPlanException(
                    $"Column '{columns[i].Name}' of {origin} is {batch.Columns[i].Type}, "
                    + $"the plan takes it for {columns[i].Type}.");
            }
        }
    }

    /// <summary>The batch without dictionaries that are longer than the batch; for what leaves the plan.</summary>
    public static RowBatch WithoutLongDictionaries(RowBatch batch)
    {
        ImmutableArray<Column>.Builder? columns = null;
        for (var i = 0; i < batch.Columns.Length; i++)
        {
            if (batch.Columns[i] is DictionaryStringColumn encoded && encoded.Dictionary.Length > batch.Rows)
            {
                columns ??= batch.Columns.ToBuilder();
                columns[i] = ColumnGather.Decode(encoded);
            }
        }

        return columns is null ? batch : new RowBatch(columns.ToImmutable(), batch.Rows);
    }
}
