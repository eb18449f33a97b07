using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Bytes of batches of one stream; a dictionary that batches in a row share counts once.</summary>
internal struct BatchBytes
{
    private ArenaStringColumn?[]? _dictionaries; // of the batch before, by column

    /// <summary>The bytes that a batch adds.</summary>
    public long Of(RowBatch batch)
    {
        var known = _dictionaries ??= new ArenaStringColumn?[batch.Columns.Length];
        long bytes = 0;
        for (var i = 0; i < known.Length; i++)
        {
            if (batch.Columns[i] is DictionaryStringColumn encoded)
            {
                bytes += (long)encoded.Length * sizeof(int);
                if (!ReferenceEquals(known[i], encoded.Dictionary))
                {
                    bytes += encoded.Dictionary.Bytes;
                    known[i] = encoded.Dictionary;
                }
            }
            else
            {
                bytes += batch.Columns[i].Bytes;
            }
        }

        return bytes;
    }
}
