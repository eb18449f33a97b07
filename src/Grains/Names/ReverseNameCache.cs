using System.Net;

namespace PixieOrleans.Grains.Names;

/// <summary>
/// Names of addresses, as the machine's resolver tells them. Bounds: <see cref="MaxEntries"/> addresses, the longest
/// unused forgotten first; <see cref="MaxLookups"/> questions at a time.
/// </summary>
/// <remarks>
/// The resolver blocks a thread per question, for many seconds when its server is dead. So questions run in the
/// background, nobody has to wait for them, and an address that is asked for beyond the bound stays unknown for now.
/// </remarks>
internal sealed class ReverseNameCache(Func<IPAddress, CancellationToken, Task<string?>> resolve, TimeProvider time)
{
    private const int MaxEntries = 1024;
    private const int MaxLookups = 16;
    private static readonly TimeSpan KeepFor = TimeSpan.FromMinutes(10); // names change, and failures end

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new(); // the last used one first
    private int _lookups;

    /// <summary>The question for an address's name, asked already or now; null when too many are open.</summary>
    public Task<string?>? Ask(IPAddress address)
    {
        lock (_lock)
        {
            if (_entries.TryGetValue(address, out var node))
            {
                _byUse.Remove(node);
                if (time.GetElapsedTime(node.Value.AskedAt) <= KeepFor)
                {
                    _byUse.AddFirst(node);
                    return node.Value.Name;
                }

                _entries.Remove(address);
            }

            return _lookups < MaxLookups ? Start(address) : null;
        }
    }

    private Task<string?> Start(IPAddress address)
    {
        _lookups++;
        var name = Task.Run(() => ResolveAsync(address));
        _entries.Add(address, _byUse.AddFirst(new Entry(address, name, time.GetTimestamp())));
        if (_entries.Count > MaxEntries)
        {
            _entries.Remove(_byUse.Last!.Value.Address);
            _byUse.RemoveLast();
        }

        return name;
    }

    private async Task<string?> ResolveAsync(IPAddress address)
    {
        try
        {
            return await resolve(address, CancellationToken.None);
        }
        finally
        {
            lock (_lock)
            {
                _lookups--;
            }
        }
    }

    private sealed record Entry(IPAddress Address, Task<string?> Name, long AskedAt);
}
