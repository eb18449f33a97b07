namespace PixieOrleans.NodeProbe.Elf;

/// <summary>Ranges of addresses, sorted and joined where they touch.</summary>
internal sealed class AddressRanges
{
    private readonly List<(ulong Start, ulong End)> _ranges = [];

    /// <summary>The ranges around places.</summary>
    /// <param name="places">Addresses.</param>
    /// <param name="before">Bytes before each that belong to its range.</param>
    /// <param name="after">Bytes from each on.</param>
    public AddressRanges(IEnumerable<ulong> places, ulong before, ulong after)
    {
        foreach (var place in places.Order())
        {
            var start = place - Math.Min(place, before);
            if (_ranges.Count > 0 && start <= _ranges[^1].End)
            {
                _ranges[^1] = (_ranges[^1].Start, place + after);
            }
            else
            {
                _ranges.Add((start, place + after));
            }
        }
    }

    /// <summary>True for an address in one of them.</summary>
    public bool Contains(ulong address)
    {
        var (low, high) = (0, _ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (start, end) = _ranges[middle];
            if (address >= start && address < end)
            {
                return true;
            }

            (low, high) = address < start ? (low, middle - 1) : (middle + 1, high);
        }

        return false;
    }
}
