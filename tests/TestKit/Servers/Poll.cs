using System.Diagnostics;

namespace PixieOrleans.TestKit.Servers;

/// <summary>Waits for a condition, up to a deadline, which is longer in the emulator.</summary>
public static class Poll
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(20);

    // Programs run 20 times slower and more in the emulator of tests/vm.
    private static readonly int Patience = Environment.GetEnvironmentVariable("VM_GUEST") == "1" ? 4 : 1;

    /// <summary>Asks again and again until the condition holds; throws when it does not within the deadline.</summary>
    /// <param name="condition">True when the wait is over.</param>
    /// <param name="deadline">Longest time to wait.</param>
    /// <param name="what">Names the condition in the error; evaluated then.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, TimeSpan deadline, Func<string> what, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period);
        var watch = Stopwatch.StartNew();
        deadline *= Patience;
        while (!await condition())
        {
            if (watch.Elapsed > deadline)
            {
                throw new TimeoutException($"not within {deadline.TotalSeconds:0.#} s: {what()}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }
}
