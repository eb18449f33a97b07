namespace PixieOrleans.Exec.Grouping;

/// <summary>Numbers distinct 64-bit values 0, 1, 2, … in the order in which they come.</summary>
internal sealed class Int64IdTable
{
    private readonly MemoryBudget _budget;
    private Slot[] _slots; // open addressing, linear probing, at most half full
    private long[] _values = []; // by id
    private int _count;

    /// <summary>An empty table.</summary>
    public Int64IdTable(MemoryBudget budget)
    {
        _budget = budget;
        _slots = budget.Replace<Slot>([], 64);
    }

    /// <summary>Number of distinct values.</summary>
    public int Count => _count;

    /// <summary>The value with an id.</summary>
    public long this[int id] => _values[id];

    /// <summary>The id of a value, new when the value is.</summary>
    public int GetOrAdd(long value)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)KeyHash.Of(value) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.IdPlusOne == 0)
            {
                return Add(value);
            }

            if (slot.Value == value)
            {
                return slot.IdPlusOne - 1;
            }
        }
    }

    /// <summary>The id of a value, -1 when it is not there.</summary>
    public int Find(long value)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        for (var i = (int)KeyHash.Of(value) & mask; ; i = (i + 1) & mask)
        {
            ref var slot = ref slots[i];
            if (slot.Value == value || slot.IdPlusOne == 0)
            {
                return slot.IdPlusOne - 1; // an empty slot is zero throughout
            }
        }
    }

    private int Add(long value)
    {
        if (_count == _values.Length)
        {
            _values = _budget.Grow(_values, _count + 1);
        }

        if (2 * (_count + 1) > _slots.Length)
        {
            Rehash();
        }

        _values[_count] = value;
        Insert(value, ++_count);
        return _count - 1;
    }

    private void Rehash()
    {
        _slots = _budget.Replace(_slots, checked(2 * _slots.Length));
        for (var id = 0; id < _count; id++)
        {
            Insert(_values[id], id + 1);
        }
    }

    private void Insert(long value, int idPlusOne)
    {
        var mask = _slots.Length - 1;
        var i = (int)KeyHash.Of(value) & mask;
        while (_slots[i].IdPlusOne != 0)
        {
            i = (i + 1) & mask;
        }

        _slots[i] = new Slot { Value = value, IdPlusOne = idPlusOne };
    }

    private struct Slot
    {
        public long Value;
        public int IdPlusOne; // 0: empty
    }
}
