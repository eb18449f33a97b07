using System.Collections.Concurrent;
using System.Globalization;

namespace PixieOrleans.NodeProbe.Tls.SelfTests;

/// <summary>
/// Makes known calls of probed libraries in a process of its own, one library at a time, each file once, and compares
/// what the probes count. Asked and read by the thread of the TLS source; works on its own.
/// </summary>
internal sealed class SelfTestRunner : IDisposable
{
    private const int MaxWaiting = 256; // libraries, each with two open files
    private const int MaxKnown = 4096; // results of files; then all are forgotten
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(20); // until a busy machine has started it
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5); // from the load of the library to the end

    private readonly TlsProbes _probes;
    private readonly BlockingCollection<Job> _jobs = new(MaxWaiting);
    private readonly ConcurrentQueue<(TlsFile File, SelfTestResult Result)> _results = []; // one per job
    private readonly Dictionary<(ulong, ulong, long, uint, ulong), SelfTestResult> _known = [];
    private readonly Lock _gate = new();
    private readonly Thread _thread;
    private SelfTestProcess? _process; // under the gate
    private bool _stopping; // under the gate
    private uint _processId;

    /// <summary>Starts the thread.</summary>
    public SelfTestRunner(TlsProbes probes)
    {
        _probes = probes;
        _thread = new Thread(Run) { Name = "pxo-tls-test", IsBackground = true };
        _thread.Start();
    }

    /// <summary>True for the process that makes the calls: it is no user of its library.</summary>
    public bool Owns(uint processId) => processId == Volatile.Read(ref _processId);

    /// <summary>Asks for a test of a library that has its probes; its result comes later, or at once.</summary>
    public void Request(TlsFile library)
    {
        if (library.IsTestRequested || library.Attachment is null)
        {
            return;
        }

        library.IsTestRequested = true;
        if (library.Plan.Exchange == KnownExchange.None || !library.IsLibrary)
        {
            library.SelfTest = SelfTestResult.NotRun(library.IsLibrary
                ? "there is none for this kind of library."
                : "the library is part of a program.");
            return;
        }

        var files = new List<TestedFile>();
        try
        {
            var needed = library.Records.Where(f => f != library).Append(library);
            files.AddRange(needed.Select(TestedFile.Of));
            if (_jobs.TryAdd(new Job(library, files)))
            {
                return;
            }

            library.SelfTest = SelfTestResult.NotRun($"{MaxWaiting} other libraries wait for theirs.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            library.SelfTest = SelfTestResult.NotRun(e.Message);
        }

        files.ForEach(file => file.Dispose());
    }

    /// <summary>Gives files the results that came.</summary>
    public void Collect()
    {
        while (_results.TryDequeue(out var result))
        {
            result.File.SelfTest = result.Result;
        }
    }

    /// <summary>Ends a test that is under way, and the thread.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopping = true;
            _process?.Kill();
        }

        _jobs.CompleteAdding();
        _thread.Join();
        _jobs.Dispose();
    }

    private void Run()
    {
        foreach (var job in _jobs.GetConsumingEnumerable())
        {
            try
            {
                _results.Enqueue((job.Library, Test(job)));
            }
            catch (Exception e) // of this library; real connections decide
            {
                _results.Enqueue((job.Library, SelfTestResult.NotRun(e.Message)));
            }
            finally
            {
                job.Files.ForEach(file => file.Dispose());
            }
        }
    }

    private SelfTestResult Test(Job job)
    {
        if (job.Files.Select(file => file.WhyNot()).FirstOrDefault(why => why is not null) is { } why)
        {
            return SelfTestResult.NotRun(why);
        }

        var generation = job.Files[^1].Facts?.Generation ?? default;
        if (_known.TryGetValue(generation, out var known))
        {
            return known;
        }

        var result = Converse(job);
        if (result.Outcome == SelfTestOutcome.Differs)
        {
            result = Converse(job); // so grave a word is said of nothing that happens once
        }

        if (job.Library.IsForgotten)
        {
            return SelfTestResult.NotRun("the library was not in use any more.");
        }

        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        return _known[generation] = result;
    }

    private SelfTestResult Converse(Job job)
    {
        using var process = SelfTestProcess.Start(job.Library.Plan.Exchange, job.Files);
        if (!TryEnter(process))
        {
            return SelfTestResult.NotRun("the node stops.");
        }

        try
        {
            return Converse(process);
        }
        finally
        {
            process.Kill();
            process.WaitForEnd(); // its number is another's only then
            _probes.EndTest(process.Id);
            Leave();
        }
    }

    private SelfTestResult Converse(SelfTestProcess process)
    {
        if (!process.TryReadLine(StartPatience, out var line))
        {
            return SelfTestResult.NotRun($"its process did not start within {StartPatience.TotalSeconds:0} s.");
        }

        if (line == "ready")
        {
            _probes.BeginTest(process.Id);
        }

        var deadline = Environment.TickCount64 + (long)Patience.TotalMilliseconds;
        var seen = default(TlsProcessCounts);
        while (line is not null and not "done")
        {
            if (line != "ready" && Compare(process.Id, line, ref seen) is { } result)
            {
                return result;
            }

            process.GoOn();
            var left = Math.Max(0, deadline - Environment.TickCount64);
            if (!process.TryReadLine(TimeSpan.FromMilliseconds(left), out line))
            {
                return SelfTestResult.NotRun(
                    $"its process did not end within {Patience.TotalSeconds:0} s and was killed.");
            }
        }

        return line is not null
            ? SelfTestResult.Passed
            : SelfTestResult.NotRun($"its process ended with {process.WaitForEnd()} before it was done.");
    }

    /// <summary>What a line of the process means for the test; null: it goes on.</summary>
    private SelfTestResult? Compare(uint processId, string line, ref TlsProcessCounts seen)
    {
        if (line.Split(' ') is not ["call", var function, var calls, var bytes])
        {
            return SelfTestResult.NotRun(
                line.StartsWith("cannot ", StringComparison.Ordinal) ? line["cannot ".Length..] : $"\"{line}\".");
        }

        var made = new KnownCalls(function, Number(calls), Number(bytes));
        if (!_probes.TryRead(processId, out var now))
        {
            return SelfTestResult.NotRun("the counts of its process are gone.");
        }

        var (sawCalls, sawBytes) = (now.Calls - seen.Calls, now.Bytes - seen.Bytes);
        seen = now;
        return (sawCalls, sawBytes) == (made.Calls, made.Bytes)
            ? null
            : SelfTestResult.Differs(made, sawCalls, sawBytes);
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);

    private bool TryEnter(SelfTestProcess process)
    {
        lock (_gate)
        {
            _process = process;
            Volatile.Write(ref _processId, process.Id);
            return !_stopping;
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            _process = null;
            Volatile.Write(ref _processId, 0);
        }
    }

    private sealed record Job(TlsFile Library, List<TestedFile> Files);
}
