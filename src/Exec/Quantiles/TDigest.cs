namespace PixieOrleans.Exec.Quantiles;

/// <summary>Quantiles of a stream of numbers in bounded memory, mergeable: a t-digest (Dunning and Ertl).</summary>
/// <remarks>
/// Values collect in a buffer. When it is full it is sorted and merged with the centroids; a centroid may span one cell
/// of a grid that is fine at both ends (scale function k1, <see cref="Compression"/> cells), so that the extreme
/// quantiles stay sharp. Up to about 600 values nothing is joined. NaN is left out; an infinity counts as
/// ±<see cref="MaxMagnitude"/>, because means of centroids must stay finite.
/// </remarks>
internal sealed class TDigest
{
    /// <summary>Number of cells of the grid: the bound of centroids, less one.</summary>
    public const int Compression = 1000;

    /// <summary>Values collected before they are merged.</summary>
    public const int BufferLength = 4096;

    /// <summary>Largest magnitude kept.</summary>
    public const double MaxMagnitude = 1e300;

    private static readonly double[] Grid = CreateGrid();

    private double[] _buffer = [];
    private Centroid[] _centroids = [];
    private int _buffered;
    private int _centroidCount;
    private long _mergedWeight;
    private double _min = double.PositiveInfinity;
    private double _max = double.NegativeInfinity;

    /// <summary>Number of values.</summary>
    public long Count => _mergedWeight + _buffered;

    /// <summary>Least value.</summary>
    public double Min => _min;

    /// <summary>Greatest value.</summary>
    public double Max => _max;

    /// <summary>The centroids, by mean; complete after <see cref="Compress"/>.</summary>
    public ReadOnlySpan<Centroid> Centroids => _centroids.AsSpan(0, _centroidCount);

    /// <summary>Adds one value.</summary>
    public void Add(double value, TDigestWorkspace workspace)
    {
        if (_buffered == _buffer.Length)
        {
            MakeRoom(workspace);
        }

        _buffer[_buffered] = value;
        _buffered += double.IsNaN(value) ? 0 : 1;
    }

    /// <summary>
    /// Adds the centroids of another digest, which are the first <paramref name="count"/> of the workspace, sorted by
    /// mean. Compress first.
    /// </summary>
    public void Merge(int count, double min, double max, TDigestWorkspace workspace)
    {
        (_min, _max) = (Math.Min(_min, min), Math.Max(_max, max));
        MergeSorted(workspace.Sorted.AsSpan(0, count), workspace);
    }

    /// <summary>Merges buffered values into the centroids.</summary>
    public void Compress(TDigestWorkspace workspace)
    {
        if (_buffered == 0)
        {
            return;
        }

        var values = _buffer.AsSpan(0, _buffered);
        workspace.Sort.Sort(values);
        for (var i = 0; i < values.Length; i++)
        {
            var value = Math.Clamp(values[i], -MaxMagnitude, MaxMagnitude);
            workspace.Sorted[i] = new Centroid(value, 1);
        }

        _min = Math.Min(_min, workspace.Sorted[0].Mean);
        _max = Math.Max(_max, workspace.Sorted[values.Length - 1].Mean);
        _buffered = 0;
        MergeSorted(workspace.Sorted.AsSpan(0, values.Length), workspace);
    }

    /// <summary>The value below which a share of the values lies; 0 without any value. Compress first.</summary>
    public double Quantile(double share)
    {
        if (_centroidCount == 0)
        {
            return 0;
        }

        // A centroid's mean stands at the middle of its weight; between middles the value runs straight.
        var position = share * _mergedWeight;
        var (before, previousMiddle, previousMean) = (0L, 0.0, _min);
        foreach (var centroid in Centroids)
        {
            var middle = before + centroid.Weight / 2.0;
            if (position < middle)
            {
                return Between(previousMean, centroid.Mean, (position - previousMiddle) / (middle - previousMiddle));
            }

            (before, previousMiddle, previousMean) = (before + centroid.Weight, middle, centroid.Mean);
        }

        var rest = _mergedWeight - previousMiddle;
        return Between(previousMean, _max, rest <= 0.5 ? 1 : (position - previousMiddle) / rest);
    }

    private static double Between(double low, double high, double share) =>
        Math.Clamp(low + (high - low) * share, low, high);

    private void MakeRoom(TDigestWorkspace workspace)
    {
        if (_buffer.Length < BufferLength)
        {
            _buffer = workspace.Budget.Grow(_buffer, Math.Max(8, 2 * _buffer.Length));
        }
        else
        {
            Compress(workspace);
        }
    }

    private void MergeSorted(ReadOnlySpan<Centroid> incoming, TDigestWorkspace workspace)
    {
        var total = _mergedWeight;
        foreach (var centroid in incoming)
        {
            total += centroid.Weight;
        }

        var output = new CentroidWriter(workspace.Output, total);
        var own = Centroids;
        var (i, j) = (0, 0);
        while (i < own.Length && j < incoming.Length)
        {
            output.Add(own[i].Mean <= incoming[j].Mean ? own[i++] : incoming[j++]);
        }

        while (i < own.Length)
        {
            output.Add(own[i++]);
        }

        while (j < incoming.Length)
        {
            output.Add(incoming[j++]);
        }

        Keep(workspace, output.Finish(), total);
    }

    private void Keep(TDigestWorkspace workspace, int count, long total)
    {
        if (_centroids.Length < count)
        {
            _centroids = workspace.Budget.Grow(_centroids, count);
        }

        workspace.Output.AsSpan(0, count).CopyTo(_centroids);
        (_centroidCount, _mergedWeight) = (count, total);
    }

    // Upper ends of the cells, as shares: k1 is Compression / pi * asin(2q - 1), cut at whole numbers.
    private static double[] CreateGrid()
    {
        var grid = new double[Compression];
        for (var i = 0; i < Compression; i++)
        {
            grid[i] = (Math.Sin(Math.PI * ((i + 1.0) / Compression - 0.5)) + 1) / 2;
        }

        grid[^1] = 1;
        return grid;
    }

    /// <summary>Joins sorted centroids as long as they stay within a cell.</summary>
    private ref struct CentroidWriter(Span<Centroid> output, long total)
    {
        private readonly Span<Centroid> _output = output;
        private readonly double _total = total;
        private double _limit = -1; // weight at which the current cell ends
        private double _mean;
        private long _weight;
        private long _before; // weight of the finished centroids and the current one
        private int _cell;
        private int _count;

        public void Add(Centroid next)
        {
            _before += next.Weight;
            if (_before <= _limit)
            {
                _weight += next.Weight;
                _mean += (next.Mean - _mean) * (next.Weight / (double)_weight); // in this order: no overflow
                return;
            }

            Finish();
            while (_cell < Compression - 1 && Grid[_cell] * _total < _before)
            {
                _cell++;
            }

            _limit = Grid[_cell] * _total;
            (_mean, _weight) = (next.Mean, next.Weight);
        }

        public int Finish()
        {
            if (_weight > 0)
            {
                _output[_count++] = new Centroid(_mean, _weight);
                _weight = 0;
            }

            return _count;
        }
    }
}

/// <summary>Values that have been joined.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Weight">Their number.</param>
internal readonly record struct Centroid(double Mean, long Weight);
