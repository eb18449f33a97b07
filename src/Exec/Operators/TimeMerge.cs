using PixieOrleans.Exec.Expressions;
using PixieOrleans.Tables;
using PixieOrleans.Tables.Columns;

namespace PixieOrleans.Exec.Operators;

/// <summary>Puts the rows of several inputs in the order of a time column, as they come.</summary>
internal sealed class TimeMerge : IDisposable
{
    private const int MinRunRows = 512; // a run this long is handed on as it is, a shorter one copied

    private readonly TimeMergeInput[] _inputs;
    private readonly int _capacity;
    private ScratchBuffer<int> _sources; // of the rows being taken: input, and row in its first batch
    private ScratchBuffer<int> _rows;

    /// <summary>No rows yet.</summary>
    /// <param name="inputs">Number of inputs.</param>
    /// <param name="time">Position of the time column in all of them.</param>
    /// <param name="scope">What the operators share.</param>
    public TimeMerge(int inputs, int time, ExecutionScope scope)
    {
        _capacity = scope.Options.MaxBatchRows;
        _inputs = new TimeMergeInput[inputs];
        for (var i = 0; i < inputs; i++)
        {
            _inputs[i] = new TimeMergeInput(time, scope.Unions);
        }
    }

    // Every input that may still send rows has one here.
    private bool CanTake => Array.TrueForAll(_inputs, input => input.HasRows || input.IsEnded);

    /// <summary>Whether rows of an input wait for those of another.</summary>
    public bool IsAhead(int input) => _inputs[input].HasRows && !CanTake;

    /// <summary>Adds rows; false, and nothing is added, when there is no room for them.</summary>
    public bool TryAdd(int input, RowBatch batch) => _inputs[input].TryAdd(batch);

    /// <summary>Takes note of rows that go past.</summary>
    public void Pass(int input, RowBatch batch) => _inputs[input].Pass(batch);

    /// <summary>An input sends no more rows.</summary>
    public void End(int input) => _inputs[input].IsEnded = true;

    /// <summary>The next rows in order; null while an input has to send some first, or there are none.</summary>
    public RowBatch? TakeOrdered()
    {
        var (first, second) = CanTake ? Earliest() : (-1, -1);
        if (first < 0)
        {
            return null;
        }

        var head = _inputs[first];
        var run = second < 0 ? head.Left : head.CountBefore(_inputs[second].Place, first < second);
        return run >= Math.Min(head.Left, MinRunRows) ? head.Take(run) : TakeMixed();
    }

    /// <summary>Some rows that wait, in no order between inputs; null when none do.</summary>
    public RowBatch? TakeAny()
    {
        var input = Array.Find(_inputs, candidate => candidate.HasRows);
        return input?.Take(input.Left);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sources.Release();
        _rows.Release();
    }

    // The two inputs whose next rows are the earliest; of equal ones the first comes first. -1: none.
    private (int First, int Second) Earliest()
    {
        var (first, second) = (-1, -1);
        for (var i = 0; i < _inputs.Length; i++)
        {
            if (!_inputs[i].HasRows)
            {
                continue;
            }

            if (first < 0 || _inputs[i].Place < _inputs[first].Place)
            {
                (first, second) = (i, first);
            }
            else if (second < 0 || _inputs[i].Place < _inputs[second].Place)
            {
                second = i;
            }
        }

        return (first, second);
    }

    // Row by row out of the first batches, until one of them ends.
    private RowBatch TakeMixed()
    {
        var sources = _sources.Get(_capacity);
        var rows = _rows.Get(_capacity);
        var count = 0;
        var batches = Array.ConvertAll(_inputs, input => input.HasRows ? input.First : null);
        var isSameBatch = true;
        while (count < _capacity && isSameBatch)
        {
            var (first, _) = Earliest();
            (sources[count], rows[count]) = (first, _inputs[first].Row);
            count++;
            isSameBatch = _inputs[first].Step();
        }

        var columns = new Column[batches[sources[0]]!.Columns.Length];
        for (var i = 0; i < columns.Length; i++)
        {
            var cells = Array.ConvertAll(batches, batch => batch?.Columns[i]);
            columns[i] = MixedGather.Gather(cells, sources[..count], rows[..count]);
        }

        return new RowBatch([.. columns], count);
    }
}
