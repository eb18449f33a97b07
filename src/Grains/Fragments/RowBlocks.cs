using System.Collections.Immutable;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Codec;

namespace PixieOrleans.Grains.Fragments;

/// <summary>Batches as encoded blocks of bounded size.</summary>
internal static class RowBlocks
{
    /// <summary>
    /// Cuts a batch so that a block's cells stay under <paramref name="blockBytes"/>; a single row may take more.
    /// </summary>
    public static IEnumerable<(byte[] Bytes, int Rows)> Encode(
        ImmutableArray<ColumnSchema> columns, RowBatch batch, int blockBytes)
    {
        foreach (var part in RowBatchCodec.Split(batch, blockBytes))
        {
            yield return (RowBatchCodec.Encode(part, columns), part.Rows);
        }
    }

    /// <summary>Reads a block, which comes from another silo.</summary>
    /// <exception cref="FormatException">Not a block, or not of these columns.</exception>
    public static RowBatch Decode(ReadOnlyMemory<byte> block, ImmutableArray<ColumnSchema> columns)
    {
        var (rows, found) = RowBatchCodec.Decode(block);
        if (found.Length != columns.Length)
        {
            throw new FormatException($"A block has {found.Length} columns, {columns.Length} are expected.");
        }

        for (var i = 0; i < columns.Length; i++)
        {
            if (found[i].Name != columns[i].Name || found[i].Type != columns[i].Type)
            {
                throw new FormatException(
                    $"A block has the column {found[i].Name} of type {found[i].Type}, "
                    + $"{columns[i].Name} of type {columns[i].Type} is expected.");
            }
        }

        return rows;
    }
}
