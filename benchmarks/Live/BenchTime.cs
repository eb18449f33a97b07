namespace PixieOrleans.Bench.Live;

/// <summary>Time that a benchmark lets pass while others work.</summary>
internal static class BenchTime
{
    /// <summary>Waits.</summary>
    public static async Task WaitAsync(TimeSpan time, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
