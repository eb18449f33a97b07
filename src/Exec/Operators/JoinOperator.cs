using System.Collections.Immutable;
using PixieOrleans.Exec.Expressions;
using PixieOrleans.Plans.Nodes;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Pairs of rows with equal keys: the rows of one input are held, those of the other looked up.</summary>
/// <remarks>
/// Which input is held is decided as late as it costs nothing: an input that has ended is held as soon as the other one
/// has sent as many bytes, or has ended too; then it is the one with fewer rows. So at most twice the smaller input
/// waits. Rows come out in the order of the input that is looked up; rows of the held input without a partner follow.
/// </remarks>
internal sealed class JoinOperator : Operator
{
    private const int Left = 0;
    private const int Right = 1;

    private readonly JoinSide[] _sides;
    private readonly bool[] _keepsUnmatched; // by side
    private readonly bool[] _ended = new bool[2];
    private readonly BatchQueue[] _waiting;
    private int _held = -1;
    private JoinTable? _table;
    private ScratchBuffer<int> _groups;
    private ScratchBuffer<int> _probeRows;
    private ScratchBuffer<int> _heldRows;

    /// <summary>No rows yet.</summary>
    /// <exception cref="InvalidPlanException">The keys do not fit each other.</exception>
    public JoinOperator(JoinNode node, JoinSide left, JoinSide right, ExecutionScope scope)
        : base(node, "join", scope)
    {
        for (var i = 0; i < left.Keys.Length; i++)
        {
            var (key, other) = (left.Columns[left.Keys[i]], right.Columns[right.Keys[i]]);
            if (key.Type != other.Type)
            {
                throw new InvalidPlanException(
                    $"Join {node.Id} compares '{key.Name}' of type {key.Type} with '{other.Name}' of type "
                    + $"{other.Type}.");
            }
        }

        _sides = [left, right];
        _keepsUnmatched =
            [node.How is JoinKind.Left or JoinKind.Outer, node.How is JoinKind.Right or JoinKind.Outer];
        _waiting = [new BatchQueue(scope.Joins), new BatchQueue(scope.Joins)];
    }

    private int Probed => 1 - _held;

    /// <inheritdoc/>
    public override bool WantsRows(int input) =>
        ConsumersWantRows && (_keepsUnmatched[input] || !IsEmpty(1 - input));

    /// <inheritdoc/>
    public override bool CanWait(int input) => _held >= 0 && ConsumersCanWait;

    /// <inheritdoc/>
    public override void Dispose()
    {
        _table?.Dispose();
        _groups.Release();
        _probeRows.Release();
        _heldRows.Release();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override void Process(int input, RowBatch batch)
    {
        var other = 1 - input;
        if (_held < 0 && _ended[other] && _waiting[input].Bytes + batch.Bytes >= _waiting[other].Bytes)
        {
            Hold(other);
        }

        if (_held < 0)
        {
            _waiting[input].Enqueue(batch);
        }
        else if (WantsRows(input)) // the rows that waited may have been enough
        {
            Probe(batch);
        }
    }

    /// <inheritdoc/>
    protected override void OnEnded(int input)
    {
        _ended[input] = true;
        Decide(input);
    }

    /// <inheritdoc/>
    protected override void Complete()
    {
        if (_keepsUnmatched[_held])
        {
            EmitUnmatched();
        }

        _table!.Dispose();
        _table = null;
    }

    private void EmitUnmatched()
    {
        var rows = _heldRows.Get(Scope.Options.MaxBatchRows);
        var count = 0;
        for (var row = 0; row < _table!.Rows && ConsumersWantRows; row++)
        {
            rows[count] = row;
            count += _table.IsUnmatched(row) ? 1 : 0;
            if (count == rows.Length || row == _table.Rows - 1)
            {
                EmitUnmatched(rows[..count]);
                count = 0;
            }
        }
    }

    private bool IsEmpty(int side) =>
        _ended[side] && (_held == side ? _table is not { Rows: > 0 } : _held < 0 && _waiting[side].Rows == 0);

    private void Decide(int ended)
    {
        if (_held < 0 && _ended[Left] && _ended[Right])
        {
            Hold(_waiting[Left].Rows < _waiting[Right].Rows ? Left : Right);
        }
        else if (_held < 0 && _waiting[1 - ended].Bytes >= _waiting[ended].Bytes)
        {
            Hold(ended);
        }
    }

    private void Hold(int side)
    {
        _table = new JoinTable(_sides[side], _keepsUnmatched[side], _waiting[side], Scope);
        _held = side;
        var waiting = _waiting[Probed];
        while (waiting.Count > 0 && WantsRows(Probed))
        {
            Scope.Cancellation.ThrowIfCancellationRequested();
            Probe(waiting.Dequeue());
        }

        waiting.Clear();
    }

    private void Probe(RowBatch batch)
    {
        var groups = _groups.Get(batch.Rows);
        _table!.Find(batch, _sides[Probed].Keys, groups);
        if (_table.IsUnique)
        {
            ProbeUnique(batch, groups);
        }
        else
        {
            ProbeMany(batch, groups);
        }
    }

    private void ProbeUnique(RowBatch batch, ReadOnlySpan<int> groups)
    {
        var probeRows = _probeRows.Get(groups.Length);
        var heldRows = _heldRows.Get(groups.Length);
        if (_keepsUnmatched[Probed])
        {
            for (var i = 0; i < groups.Length; i++)
            {
                heldRows[i] = groups[i] < 0 ? _table!.Rows : groups[i];
            }

            EmitPairs(batch, probeRows, heldRows);
            return;
        }

        var count = 0;
        for (var i = 0; i < groups.Length; i++) // without a branch: which row matches is not predictable
        {
            probeRows[count] = i;
            heldRows[count] = groups[i];
            count += 1 + (groups[i] >> 31);
        }

        EmitPairs(batch, probeRows[..count], heldRows[..count]);
    }

    private void ProbeMany(RowBatch batch, ReadOnlySpan<int> groups)
    {
        var capacity = Scope.Options.MaxBatchRows;
        var probeRows = _probeRows.Get(capacity);
        var heldRows = _heldRows.Get(capacity);
        ReadOnlySpan<int> none = _keepsUnmatched[Probed] ? [_table!.Rows] : [];
        var count = 0;
        for (var i = 0; i < groups.Length; i++)
        {
            var partners = groups[i] < 0 ? none : _table!.RowsOf(groups[i]);
            while (!partners.IsEmpty)
            {
                var taken = Math.Min(partners.Length, capacity - count);
                partners[..taken].CopyTo(heldRows[count..]);
                probeRows.Slice(count, taken).Fill(i);
                partners = partners[taken..];
                count += taken;
                if (count == capacity)
                {
                    EmitSome(batch, probeRows, heldRows);
                    count = 0;
                    if (!ConsumersWantRows)
                    {
                        return;
                    }
                }
            }
        }

        EmitSome(batch, probeRows[..count], heldRows[..count]);
    }

    // Of unique partners: as many pairs as rows means that every row has one, so its cells are used as they are.
    private void EmitPairs(RowBatch batch, ReadOnlySpan<int> probeRows, ReadOnlySpan<int> heldRows)
    {
        if (heldRows.Length < batch.Rows)
        {
            EmitSome(batch, probeRows, heldRows);
        }
        else
        {
            Emit(Pairs(batch.Columns, Gather(_table!.Columns, heldRows), heldRows.Length));
        }
    }

    private void EmitSome(RowBatch batch, ReadOnlySpan<int> probeRows, ReadOnlySpan<int> heldRows)
    {
        if (!heldRows.IsEmpty)
        {
            var probed = Gather(batch.Columns.AsSpan(), probeRows);
            Emit(Pairs([.. probed], Gather(_table!.Columns, heldRows), heldRows.Length));
        }
    }

    private void EmitUnmatched(ReadOnlySpan<int> heldRows)
    {
        var probed = ZeroColumns.Batch(_sides[Probed].Columns, heldRows.Length);
        Emit(Pairs(probed.Columns, Gather(_table!.Columns, heldRows), heldRows.Length));
    }

    private Column[] Gather(ReadOnlySpan<Column> columns, ReadOnlySpan<int> rows)
    {
        var gathered = new Column[columns.Length];
        for (var i = 0; i < gathered.Length; i++)
        {
            gathered[i] = ColumnGather.Gather(columns[i], rows, Scope.Options.MaxStringColumnBytes);
        }

        return gathered;
    }

    private RowBatch Pairs(ImmutableArray<Column> probed, Column[] held, int rows) =>
        new(_held == Right ? [.. probed, .. held] : [.. held, .. probed], rows);
}
