namespace PixieOrleans.NodeProbe.Profiles.Unwinding;

/// <summary>
/// Rows that were found last: the addresses of callers come again and again. A fixed amount of memory.
/// </summary>
internal sealed class RowCache
{
    private const int Slots = 4096; // some 750 KiB

    private readonly Slot[] _slots = new Slot[Slots];

    /// <summary>How to leave the function at an address of a table; false when that is not described.</summary>
    public bool TryFind(FrameTable table, ulong address, out UnwindRow row)
    {
        var hash = (address ^ (address >> 12)) * 0x9E37_79B9_7F4A_7C15UL;
        ref var slot = ref _slots[hash >> 52];
        if (slot.Address != address || slot.Table != table)
        {
            slot.Found = table.TryFind(address, out slot.Row);
            (slot.Address, slot.Table) = (address, table);
        }

        row = slot.Row;
        return slot.Found;
    }

    /// <summary>Lets go of tables that are used no more.</summary>
    public void Clear() => Array.Clear(_slots);

    private struct Slot
    {
        public ulong Address;
        public FrameTable? Table;
        public UnwindRow Row;
        public bool Found;
    }
}
