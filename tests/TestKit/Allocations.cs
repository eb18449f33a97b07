using System.Diagnostics;

namespace PixieOrleans.TestKit;

/// <summary>Counts the managed bytes that code allocates on the calling thread.</summary>
public static class Allocations
{
    private const int MinRuns = 5;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5); // a busy machine delays the higher tiers

    /// <summary>The least that repeated runs allocate: what each of them needs.</summary>
    /// <remarks>
    /// A single run also pays for what is not the code's own: types loaded, code compiled again in a higher tier (the
    /// lower ones box), pools of arrays trimmed by a collection that another thread caused. A cost of every run, or of
    /// every row of it, is in each of them and stays.
    /// </remarks>
    /// <param name="run">What is measured; a run may go on where the one before ended.</param>
    /// <param name="bound">Bytes that are few enough: the first run within them is the last.</param>
    /// <param name="prepare">Comes before each run and is not measured.</param>
    public static long Least(Action run, long bound = 0, Action? prepare = null)
    {
        var (least, time) = (long.MaxValue, Stopwatch.StartNew());
        for (var runs = 0; least > bound && (runs < MinRuns || time.Elapsed < Deadline); runs++)
        {
            prepare?.Invoke();
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
