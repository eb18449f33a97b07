using System.Net;
using PixieOrleans.Exec;

namespace PixieOrleans.Grains.Names;

/// <summary>Names for one execution: waits for the resolver as long as the execution's allowance lasts.</summary>
/// <param name="cache">What the silo knows.</param>
/// <param name="allowance">Time that the execution may wait in all.</param>
/// <param name="time">Clock.</param>
internal sealed class ReverseNames(ReverseNameCache cache, TimeSpan allowance, TimeProvider time) : IReverseNames
{
    private TimeSpan _left = allowance;

    /// <inheritdoc/>
    public IReadOnlyList<string?> Find(IReadOnlyList<IPAddress> addresses)
    {
        var names = new string?[addresses.Count];
        var open = new Queue<(int Index, Task<string?> Name)>();
        for (var i = 0; i < names.Length; i++)
        {
            var question = cache.Ask(addresses[i]);
            while (question is null && open.TryDequeue(out var first))
            {
                names[first.Index] = Wait(first.Name); // makes room for the next question
                question = cache.Ask(addresses[i]);
            }

            if (question is not null)
            {
                open.Enqueue((i, question));
            }
        }

        foreach (var (index, name) in open)
        {
            names[index] = Wait(name);
        }

        return names;
    }

    private string? Wait(Task<string?> name)
    {
        var start = time.GetTimestamp();
        if (!name.IsCompleted && _left > TimeSpan.Zero)
        {
            name.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(_left);
            _left -= time.GetElapsedTime(start);
        }

        return name.IsCompletedSuccessfully ? name.Result : null;
    }
}
