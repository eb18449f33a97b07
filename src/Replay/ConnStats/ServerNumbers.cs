using PixieOrleans.Model;

namespace PixieOrleans.Replay.ConnStats;

/// <summary>
/// A capture knows no processes. Each server (address and port) and each client (address) counts as one, so that
/// scripts that group by process tell them apart.
/// </summary>
internal sealed class ServerNumbers
{
    private const int MaxNumbers = 65_536; // those beyond share the number 0

    private readonly Dictionary<Endpoint, uint> _numbers = [];

    /// <summary>The endpoints with what stands for their processes; a client's has the port 0.</summary>
    public IEnumerable<(Endpoint Endpoint, Upid Upid)> All =>
        _numbers.Select(number => (number.Key, new Upid(0, number.Value, 0)));

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
