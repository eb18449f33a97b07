using System.Diagnostics;
using System.Globalization;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>What the fuzzing of a protocol came to.</summary>
internal sealed class FuzzFigures
{
    private long _cases;
    private long _frames;
    private long _rows;
    private long _retainedBytes;
    private long _slowestTicks;

    public TimeSpan Elapsed { get; set; }

    public int RecordedEdges { get; set; }

    public int Edges { get; set; }

    public int Corpus { get; set; }

    public int Failures { get; set; }

    public void Add(CaseResult result, long ticks)
    {
        _cases++;
        _frames += result.Frames;
        _rows += result.Rows;
        _retainedBytes = Math.Max(_retainedBytes, result.RetainedBytes);
        _slowestTicks = Math.Max(_slowestTicks, ticks);
    }

    /// <summary>One line for people and scripts.</summary>
    public string Format(string protocol)
    {
        var slowestMs = Stopwatch.GetElapsedTime(0, _slowestTicks).TotalMilliseconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{protocol,-10} {_cases,10} cases {_cases / Elapsed.TotalSeconds,7:0}/s"
            + $"  edges {RecordedEdges,5} -> {Edges,5}"
            + $"  corpus {Corpus,5}  frames {_frames,11}  rows {_rows,11}  held {_retainedBytes >> 10,5} KiB"
            + $"  slowest {slowestMs,6:0} ms  failures {Failures}");
    }
}
