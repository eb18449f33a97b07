using PixieOrleans.Model;

namespace PixieOrleans.Replay.ConnStats;

/// <summary>
/// A capture knows no processes. Each server (address and port) and each client (address) counts as one, so that
/// scripts that group by process tell them apart; nobody knows a name for these numbers.
/// </summary>
internal sealed class ServerNumbers
{
    private const int MaxNumbers = 65_536; // those beyond share the number 0

    private readonly Dictionary<Endpoint, uint> _numbers = [];

    /// <summary>What stands for the process at an endpoint.</summary>
    public Upid UpidOf(Endpoint endpoint)
    {
        if (!_numbers.TryGetValue(endpoint, out var number) && _numbers.Count < MaxNumbers)
        {
            number = (uint)_numbers.Count + 1;
            _numbers.Add(endpoint, number);
        }

        return new Upid(0, number, 0);
    }
}
