namespace PixieOrleans.Exec.Grouping;

/// <summary>Numbers distinct strings 0, 1, 2, … in the order in which they come.</summary>
internal sealed class Utf8IdTable
{
    private readonly MemoryBudget _budget;
    private Slot[] _slots; // open addressing, linear probing, at most half full
    private ulong[] _hashes = []; // by id
    private int[] _ends = []; // by id: end in the arena
    private byte[] _arena = [];
    private int _count;

    /// <summary>An empty table.</summary>
    public Utf8IdTable(MemoryBudget budget)
    {
        _budget = budget;
        _slots = budget.Replace<Slot>([], 64);
    }

    /// <summary>Number of distinct strings.</summary>
    public int Count => _count;

    /// <summary>The string with an id.</summary>
    public ReadOnlySpan<byte> this[int id] => _arena.AsSpan(StartOf(id), _ends[id] - StartOf(id));

    /// <summary>The id of a string, new when the string is; the bytes are copied.</summary>
    public int GetOrAdd(ReadOnlySpan<byte> value)
    {
        var hash = KeyHash.Of(value);
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.IdPlusOne == 0)
            {
                return Add(value, hash);
            }

            if (slot.HashHigh == (uint)(hash >> 32)
                && slot.Length == value.Length
                && _arena.AsSpan(slot.Start, slot.Length).SequenceEqual(value))
            {
                return slot.IdPlusOne - 1;
            }
        }
    }

    /// <summary>The id of a string, -1 when it is not there.</summary>
    public int Find(ReadOnlySpan<byte> value)
    {
        var hash = KeyHash.Of(value);
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.IdPlusOne == 0)
            {
                return -1;
            }

            if (slot.HashHigh == (uint)(hash >> 32)
                && slot.Length == value.Length
                && _arena.AsSpan(slot.Start, slot.Length).SequenceEqual(value))
            {
                return slot.IdPlusOne - 1;
            }
        }
    }

    private int StartOf(int id) => id == 0 ? 0 : _ends[id - 1];

    private int Add(ReadOnlySpan<byte> value, ulong hash)
    {
        if (_count == _ends.Length)
        {
            _ends = _budget.Grow(_ends, _count + 1);
            _hashes = _budget.Grow(_hashes, _count + 1);
        }

        var start = StartOf(_count);
        if (value.Length > _arena.Length - start)
        {
            _arena = _budget.Grow(_arena, checked(start + value.Length));
        }

        if (2 * (_count + 1) > _slots.Length)
        {
            Rehash();
        }

        value.CopyTo(_arena.AsSpan(start));
        _ends[_count] = start + value.Length;
        _hashes[_count] = hash;
        Insert(hash, ++_count);
        return _count - 1;
    }

    private void Rehash()
    {
        _slots = _budget.Replace(_slots, checked(2 * _slots.Length));
        for (var id = 0; id < _count; id++)
        {
            Insert(_hashes[id], id + 1);
        }
    }

    private void Insert(ulong hash, int idPlusOne)
    {
        var mask = _slots.Length - 1;
        var i = (int)hash & mask;
        while (_slots[i].IdPlusOne != 0)
        {
            i = (i + 1) & mask;
        }

        var start = StartOf(idPlusOne - 1);
        _slots[i] = new Slot
        {
            HashHigh = (uint)(hash >> 32),
            IdPlusOne = idPlusOne,
            Start = start,
            Length = _ends[idPlusOne - 1] - start,
        };
    }

    private struct Slot
    {
        public uint HashHigh;
        public int IdPlusOne; // 0: empty
        public int Start; // in the arena, as here are the bytes that every lookup compares
        public int Length;
    }
}
