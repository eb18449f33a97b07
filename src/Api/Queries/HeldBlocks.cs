using PixieOrleans.Grains.Interfaces.Queries;

namespace PixieOrleans.Api.Queries;

/// <summary>Blocks per table that cannot be sent yet, within a bound.</summary>
internal sealed class HeldBlocks(long maxBytes)
{
    private readonly Dictionary<int, List<QueryBlock>> _blocks = [];
    private long _bytes;

    /// <summary>Keeps a block.</summary>
    public void Add(QueryBlock block)
    {
        _bytes += block.Block.Length;
        if (_bytes > maxBytes)
        {
            throw new AnswerTooLargeException(
                $"The answer takes more than {maxBytes} bytes (Api:MaxHeldBytes). Ask for fewer rows or columns, or "
                + "for application/x-ndjson, which is streamed.");
        }

        if (!_blocks.TryGetValue(block.Table, out var blocks))
        {
            _blocks.Add(block.Table, blocks = []);
        }

        blocks.Add(block);
    }

    /// <summary>The blocks of a table, in order; they are held no longer.</summary>
    public IReadOnlyList<QueryBlock> Take(int table)
    {
        if (!_blocks.Remove(table, out var blocks))
        {
            return [];
        }

        _bytes -= blocks.Sum(b => (long)b.Block.Length);
        return blocks;
    }
}
