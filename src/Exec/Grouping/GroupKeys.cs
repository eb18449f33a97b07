using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Grouping;

/// <summary>Numbers the groups of an aggregation 0, 1, 2, … in the order in which they come.</summary>
/// <remarks>
/// Each key column numbers its own cells; two numbers make a pair of 64 bits, and pairs are numbered again, column
/// after column. So rows are never copied into composite keys, and a group's cells are found by unpairing.
/// Without key columns there is one group.
/// </remarks>
internal sealed class GroupKeys : IDisposable
{
    private readonly int[] _columns;
    private readonly KeyColumn[] _keys;
    private readonly Int64IdTable[] _pairs; // [k] combines the groups of keys 0..k with key k + 1
    private ScratchBuffer<int> _scratch;

    /// <summary>No groups yet.</summary>
    /// <param name="input">Columns of the rows.</param>
    /// <param name="columns">Positions of the keys.</param>
    /// <param name="budget">Bound of the memory.</param>
    public GroupKeys(ImmutableArray<ColumnSchema> input, int[] columns, MemoryBudget budget)
    {
        _columns = columns;
        _keys = new KeyColumn[columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            _keys[i] = KeyColumn.Create(input[columns[i]].Type, budget);
        }

        _pairs = new Int64IdTable[Math.Max(0, columns.Length - 1)];
        for (var i = 0; i < _pairs.Length; i++)
        {
            _pairs[i] = new Int64IdTable(budget);
        }
    }

    /// <summary>Number of groups so far.</summary>
    public int Count => _keys.Length == 0 ? 1 : _pairs.Length == 0 ? _keys[0].Count : _pairs[^1].Count;

    /// <summary>Two numbers as one.</summary>
    public static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>Reverse of <see cref="Pair"/>.</summary>
    public static (int Left, int Right) Unpair(long pair) => ((int)(pair >> 32), (int)pair);

    /// <summary>Writes the group of every row.</summary>
    public void Assign(RowBatch batch, Span<int> groups)
    {
        if (_keys.Length == 0)
        {
            groups.Clear();
            return;
        }

        _keys[0].Encode(batch.Columns[_columns[0]], groups);
        for (var k = 1; k < _keys.Length; k++)
        {
            var ids = _scratch.Get(groups.Length);
            _keys[k].Encode(batch.Columns[_columns[k]], ids);
            Combine(_pairs[k - 1], ids, groups);
        }
    }

    /// <summary>Writes the group of every row of another input, -1 where there is none.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="columns">Positions of the keys in them.</param>
    /// <param name="groups">As long as the batch has rows.</param>
    public void Find(RowBatch batch, ReadOnlySpan<int> columns, Span<int> groups)
    {
        if (_keys.Length == 0)
        {
            groups.Clear();
            return;
        }

        _keys[0].Find(batch.Columns[columns[0]], groups);
        for (var k = 1; k < _keys.Length; k++)
        {
            var ids = _scratch.Get(groups.Length);
            _keys[k].Find(batch.Columns[columns[k]], ids);
            FindPairs(_pairs[k - 1], ids, groups);
        }
    }

    /// <summary>The key columns of some groups.</summary>
    public void Decode(int start, int count, Span<Column> columns)
    {
        if (_keys.Length == 0)
        {
            return;
        }

        var (groups, ids) = (new int[count], new int[count]);
        for (var i = 0; i < count; i++)
        {
            groups[i] = start + i;
        }

        for (var k = _keys.Length - 1; k > 0; k--)
        {
            for (var i = 0; i < count; i++)
            {
                (groups[i], ids[i]) = Unpair(_pairs[k - 1][groups[i]]);
            }

            columns[k] = _keys[k].Decode(ids);
        }

        columns[0] = _keys[0].Decode(groups);
    }

    /// <inheritdoc/>
    public void Dispose() => _scratch.Release();

    private static void FindPairs(Int64IdTable pairs, ReadOnlySpan<int> ids, Span<int> groups)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            groups[i] = (groups[i] | ids[i]) < 0 ? -1 : pairs.Find(Pair(groups[i], ids[i]));
        }
    }

    private static void Combine(Int64IdTable pairs, ReadOnlySpan<int> ids, Span<int> groups)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            groups[i] = pairs.GetOrAdd(Pair(groups[i], ids[i]));
        }
    }
}
