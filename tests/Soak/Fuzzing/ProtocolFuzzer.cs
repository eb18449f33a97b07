using System.Diagnostics;
using PixieOrleans.TestKit.Fuzzing;

namespace PixieOrleans.Soak.Fuzzing;

/// <summary>
/// Runs changed cases of one protocol, keeps those that took new edges and changes them again. A failure is made as
/// small as it still fails, written, and not reported again.
/// </summary>
internal sealed class ProtocolFuzzer
{
    private const int MaxFailures = 20; // of different kinds; then something is wrong at large
    private static readonly long SlowTicks = Stopwatch.Frequency / 100; // 10 ms: look again
    private static readonly long MaxTicks = Stopwatch.Frequency / 4; // 250 ms for 96 KiB
    private readonly List<Entry> _corpus = [];
    private readonly HashSet<string> _failures = new(StringComparer.Ordinal);
    private readonly SessionCaseRunner _runner = new();
    private readonly Coverage _coverage = new();
    private readonly Random _random;
    private readonly CaseMutator _mutator;
    private readonly Findings _findings;

    public ProtocolFuzzer(int seed, Findings findings)
    {
        _random = new Random(seed);
        _mutator = new CaseMutator(_random);
        _findings = findings;
    }

    /// <summary>Figures so far.</summary>
    public FuzzFigures Figures { get; } = new();

    /// <summary>Runs the recorded cases, then changed ones, until the time is over.</summary>
    public void Run(IReadOnlyList<SessionCase> recorded, TimeSpan duration)
    {
        foreach (var seed in recorded)
        {
            Try(seed);
            if (!_corpus.Exists(entry => ReferenceEquals(entry.Case, seed)))
            {
                _corpus.Add(new Entry(seed, Stopwatch.Frequency)); // takes no edge of its own; still worth changing
            }
        }

        Figures.RecordedEdges = _coverage.Edges;
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < duration && _failures.Count < MaxFailures)
        {
            Try(_mutator.Mutate(Pick().Case, _corpus[_random.Next(_corpus.Count)].Case));
        }

        Figures.Elapsed = watch.Elapsed;
        (Figures.Edges, Figures.Corpus, Figures.Failures) = (_coverage.Edges, _corpus.Count, _failures.Count);
    }

    // The quicker of two: most of the time goes to many small cases.
    private Entry Pick()
    {
        var (one, other) = (_corpus[_random.Next(_corpus.Count)], _corpus[_random.Next(_corpus.Count)]);
        return one.Ticks < other.Ticks ? one : other;
    }

    private void Try(SessionCase fuzzed)
    {
        _findings.Begin(fuzzed);
        Coverage.Begin();
        var started = Stopwatch.GetTimestamp();
        var failure = Play(fuzzed, out var result);
        var ticks = Stopwatch.GetTimestamp() - started;
        if (ticks > SlowTicks)
        {
            ticks = MeasureAgain(fuzzed, ticks, ref failure);
        }

        _findings.End();
        Figures.Add(result, ticks);
        if (_coverage.End())
        {
            _corpus.Add(new Entry(fuzzed, ticks));
        }

        if (failure is not null && _failures.Add(Kind(failure)))
        {
            var smallest = new CaseReducer(
                changed => Play(changed, out _) is { } e && Kind(e) == Kind(failure)).Reduce(fuzzed);
            _findings.Write(smallest, (Play(smallest, out _) ?? failure).ToString());
        }
    }

    // Other work on the machine makes a case slow too: what counts is the quickest of several runs.
    private long MeasureAgain(SessionCase fuzzed, long ticks, ref Exception? failure)
    {
        for (var i = 0; i < 4; i++)
        {
            var started = Stopwatch.GetTimestamp();
            Play(fuzzed, out _);
            ticks = Math.Min(ticks, Stopwatch.GetTimestamp() - started);
        }

        if (ticks > MaxTicks)
        {
            failure ??= new BrokenBoundException("slow");
        }

        return ticks;
    }

    private Exception? Play(SessionCase fuzzed, out CaseResult result)
    {
        result = default;
        try
        {
            result = _runner.Run(fuzzed);
            return null;
        }
        catch (Exception e) // whatever a parser throws is what is looked for
        {
            return e;
        }
    }

    // Failures of one kind are thrown at one place.
    private static string Kind(Exception failure)
    {
        var place = failure.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("PixieOrleans.Protocols."));
        return failure is BrokenBoundException ? failure.Message : $"{failure.GetType().Name} {place}";
    }

    private sealed record Entry(SessionCase Case, long Ticks);
}
