namespace PixieOrleans.Exec.Grouping;

/// <summary>Numbers distinct 64-bit values 0, 1, 2, … in the order in which they come.</summary>
internal sealed class Int64IdTable
{
    private const int BlockValues = 128;
    private const int MinTouchedSlots = 1 << 14; // 256 KiB; a smaller table is in the cache anyway

    private readonly MemoryBudget _budget;
    private Slot[] _slots; // open addressing, linear probing, at most half full
    private long[] _values = []; // by id
    private int _count;
    private long _touched; // keeps the reads of Touch from being left out

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

    /// <summary>Writes the id of every value, new when the value is.</summary>
    public void GetOrAdd(ReadOnlySpan<long> values, Span<int> ids)
    {
        for (var start = 0; start < values.Length; start += BlockValues)
        {
            var end = Math.Min(values.Length, start + BlockValues);
            Touch(values[start..end]);
            for (var i = start; i < end; i++)
            {
                ids[i] = GetOrAdd(values[i]);
            }
        }
    }

    /// <summary>Writes the id of every value, -1 when it is not there.</summary>
    public void Find(ReadOnlySpan<long> values, Span<int> ids)
    {
        for (var start = 0; start < values.Length; start += BlockValues)
        {
            var end = Math.Min(values.Length, start + BlockValues);
            Touch(values[start..end]);
            for (var i = start; i < end; i++)
            {
                ids[i] = Find(values[i]);
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

    // Brings the slots of some values into the cache: no read depends on another, so they wait for memory together.
    private void Touch(ReadOnlySpan<long> values)
    {
        var slots = _slots;
        if (slots.Length < MinTouchedSlots)
        {
            return;
        }

        var (mask, touched) = (slots.Length - 1, 0L);
        foreach (var value in values)
        {
            touched ^= slots[(int)KeyHash.Of(value) & mask].Value;
        }

        _touched = touched;
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
            if (id % BlockValues == 0)
            {
                Touch(_values.AsSpan(id, Math.Min(BlockValues, _count - id)));
            }

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
