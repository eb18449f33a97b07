using PixieOrleans.Exec.Grouping;

namespace PixieOrleans.Exec.Kernels.Entities;

/// <summary>Numbers distinct upids 0, 1, 2, … in the order in which they come.</summary>
internal sealed class UpidIdTable
{
    private const int InitialSlots = 64;
    private int[] _slots = new int[InitialSlots]; // id + 1, 0: empty; open addressing, at most half full
    private UInt128[] _upids = new UInt128[InitialSlots / 2]; // by id

    /// <summary>Number of distinct upids.</summary>
    public int Count { get; private set; }

    /// <summary>The upid with an id.</summary>
    public UInt128 this[int id] => _upids[id];

    /// <summary>Writes the id of every upid, a new one for a new upid.</summary>
    public void GetOrAdd(ReadOnlySpan<UInt128> upids, Span<int> ids)
    {
        for (var i = 0; i < upids.Length; i++)
        {
            ids[i] = i > 0 && upids[i] == upids[i - 1]
                ? ids[i - 1] // rows of one process come in runs
                : GetOrAdd(upids[i]);
        }
    }

    /// <summary>Forgets all upids.</summary>
    public void Clear()
    {
        Array.Clear(_slots);
        Count = 0;
    }

    private int GetOrAdd(UInt128 upid)
    {
        ref var slot = ref Slot(upid);
        if (slot != 0)
        {
            return slot - 1;
        }

        if (Count == _upids.Length)
        {
            Grow();
            slot = ref Slot(upid);
        }

        _upids[Count] = upid;
        slot = ++Count;
        return Count - 1;
    }

    private ref int Slot(UInt128 upid)
    {
        var mask = _slots.Length - 1;
        var i = (int)Hash(upid) & mask;
        while (_slots[i] != 0 && _upids[_slots[i] - 1] != upid)
        {
            i = (i + 1) & mask;
        }

        return ref _slots[i];
    }

    private static ulong Hash(UInt128 upid) =>
        KeyHash.Of((long)((ulong)upid ^ KeyHash.Of((long)(ulong)(upid >> 64))));

    private void Grow()
    {
        Array.Resize(ref _upids, 2 * _upids.Length);
        _slots = new int[2 * _slots.Length];
        for (var id = 0; id < Count; id++)
        {
            Slot(_upids[id]) = id + 1;
        }
    }
}
