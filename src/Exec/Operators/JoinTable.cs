using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Exec.Grouping;
using PixieOrleans.Model;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>One input of a join: its columns and the positions of the keys.</summary>
internal sealed class JoinSide
{
    /// <summary>Finds the keys.</summary>
    /// <exception cref="InvalidPlanException">A key is missing.</exception>
    public JoinSide(ImmutableArray<ColumnSchema> columns, ImmutableArray<string> keys)
    {
        Columns = columns;
        Keys = new int[keys.Length];
        for (var i = 0; i < Keys.Length; i++)
        {
            var key = columns.FirstOrDefault(column => column.Name == keys[i])
                ?? throw new InvalidPlanException($"The input of a join has no column '{keys[i]}'.");
            Keys[i] = ExpressionCompiler.IndexOf(columns, key.Name, key.Type);
        }
    }

    /// <summary>All columns.</summary>
    public ImmutableArray<ColumnSchema> Columns { get; }

    /// <summary>Positions of the keys.</summary>
    public int[] Keys { get; }
}

/// <summary>All rows of one input of a join, found by their keys.</summary>
/// <remarks>
/// Rows with equal keys make a group; <c>_rows[_starts[g] .. _starts[g + 1]]</c> are the rows of group g. When no two
/// rows have equal keys, group and row are the same number and both arrays are left out. Behind the last row is one of
/// zeros, the partner of rows that have none.
/// </remarks>
internal sealed class JoinTable : IDisposable
{
    private readonly GroupKeys _keys;
    private readonly MemoryBudget _budget;
    private readonly bool[] _matched = []; // by group, when rows without a partner are asked for later
    private readonly int[] _groups; // by row
    private readonly int[] _starts = [];
    private readonly int[] _rows = [];

    /// <summary>Takes all batches of a queue, which is empty then.</summary>
    /// <param name="side">Their columns and keys.</param>
    /// <param name="keepsUnmatched">Whether rows without a partner will be asked for.</param>
    /// <param name="batches">The rows.</param>
    /// <param name="scope">What the operators share.</param>
    /// <exception cref="QueryLimitException">There is no room for them.</exception>
    public JoinTable(JoinSide side, bool keepsUnmatched, BatchQueue batches, ExecutionScope scope)
    {
        if (batches.Rows > Array.MaxLength - 2)
        {
            throw new QueryLimitException("An input of a join has more rows than one array can hold.");
        }

        _budget = scope.Joins.Child();
        Rows = (int)batches.Rows;
        _keys = new GroupKeys(side.Columns, side.Keys, _budget);
        _groups = _budget.Replace<int>([], Rows);
        var done = 0;
        foreach (var batch in batches.Batches)
        {
            scope.Cancellation.ThrowIfCancellationRequested();
            _keys.Assign(batch, _groups.AsSpan(done, batch.Rows));
            done += batch.Rows;
        }

        Columns = new Column[side.Columns.Length];
        for (var i = 0; i < Columns.Length; i++)
        {
            scope.Cancellation.ThrowIfCancellationRequested();
            Columns[i] = ColumnConcat.Concat(batches.Batches, i, side.Columns[i].Type, Rows, _budget);
        }

        batches.Clear();
        IsUnique = Rows == 0 || _keys.Count == Rows;
        if (!IsUnique)
        {
            (_starts, _rows) = SortByGroup();
        }

        if (keepsUnmatched)
        {
            _matched = _budget.Replace<bool>([], Groups);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Rows { get; }

    /// <summary>Number of groups.</summary>
    public int Groups => Rows == 0 ? 0 : _keys.Count;

    /// <summary>True when no two rows have equal keys: a group is a row.</summary>
    public bool IsUnique { get; }

    /// <summary>The cells, one more than rows.</summary>
    public Column[] Columns { get; }

    /// <summary>Writes the group that each row of the other input meets, -1 when none.</summary>
    public void Find(RowBatch batch, ReadOnlySpan<int> keys, Span<int> groups)
    {
        if (Rows == 0)
        {
            groups.Fill(-1);
            return;
        }

        _keys.Find(batch, keys, groups);
        if (_matched.Length > 0)
        {
            foreach (var group in groups)
            {
                _matched[Math.Max(group, 0)] |= group >= 0;
            }
        }
    }

    /// <summary>Whether no row that was looked up met this one; false when that was not asked for.</summary>
    public bool IsUnmatched(int row) => _matched.Length > 0 && !_matched[_groups[row]];

    /// <summary>The rows of a group, when they are not unique.</summary>
    public ReadOnlySpan<int> RowsOf(int group) => _rows.AsSpan(_starts[group].._starts[group + 1]);

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys.Dispose();
        _budget.Charge(-_budget.UsedBytes);
    }

    // A counting sort: rows of a group stay in their order.
    private (int[] Starts, int[] Rows) SortByGroup()
    {
        var starts = _budget.Replace<int>([], Groups + 1);
        foreach (var group in _groups)
        {
            starts[group + 1]++;
        }

        for (var group = 0; group < Groups; group++)
        {
            starts[group + 1] += starts[group];
        }

        var (rows, next) = (_budget.Replace<int>([], Rows), starts.AsSpan(0, Groups).ToArray());
        for (var row = 0; row < Rows; row++)
        {
            rows[next[_groups[row]]++] = row;
        }

        return (starts, rows);
    }
}
