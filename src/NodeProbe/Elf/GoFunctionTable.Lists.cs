using System.Buffers.Binary;

namespace PixieOrleans.NodeProbe.Elf;

/// <summary>What the table lists of each function: values by address, and places in the program's memory.</summary>
internal sealed partial class GoFunctionTable
{
    private const int MaxValues = 1 << 16; // of one function

    /// <summary>Where a list of a function is in the program's memory; null when it has none.</summary>
    /// <param name="function">The function.</param>
    /// <param name="number">Number of the list.</param>
    /// <param name="lists">Address that offsets are from; not used when addresses are absolute.</param>
    public ulong? FindList(in GoFunction function, int number, ulong lists)
    {
        var head = function.Place + (ulong)Format.HeadBytes;
        var count = _description.Read(head - 1, 1);
        if (count.IsEmpty || number >= count[0])
        {
            return null;
        }

        var places = head + (AddressLists(function) * sizeof(uint));
        if (IsRelative)
        {
            return NumberAt(places + ((ulong)number * sizeof(uint))) is { } offset and not NoList
                ? lists + offset
                : null;
        }

        var aligned = (places + PointerBytes - 1) & ~(ulong)(PointerBytes - 1);
        var pointer = _description.Read(aligned + ((ulong)number * PointerBytes), PointerBytes);
        var address = pointer.Length == PointerBytes ? BinaryPrimitives.ReadUInt64LittleEndian(pointer) : 0;
        return address == 0 ? null : address;
    }

    /// <summary>Adds the values of a list by address where each begins; none when there is no such list.</summary>
    public void ReadValues(in GoFunction function, int number, List<(ulong Start, int Value)> values)
    {
        var place = function.Place + (ulong)Format.HeadBytes + ((ulong)number * sizeof(uint));
        if ((ulong)number >= AddressLists(function) || NumberAt(place) is not ({ } offset and not 0))
        {
            return;
        }

        var (at, address, value) = (_lines + offset, function.Start, -1);
        while (address < function.End && TryVariable(ref at, out var change) && (change != 0 || value == -1)
            && TryVariable(ref at, out var length) && length > 0 && values.Count < MaxValues)
        {
            value += (int)(change >> 1) ^ -(int)(change & 1);
            values.Add((address, value));
            address += (ulong)length * _unit;
        }
    }

    private ulong AddressLists(in GoFunction function) =>
        NumberAt(function.Place + (ulong)Format.AddressListsOffset) ?? 0;

    private bool TryVariable(ref ulong at, out uint value)
    {
        value = 0;
        var groups = _line.Read(at, MaxGroups);
        for (var i = 0; i < groups.Length; i++)
        {
            value |= (uint)(groups[i] & 0x7F) << (7 * i);
            if (groups[i] < 0x80)
            {
                at += (ulong)i + 1;
                return true;
            }
        }

        return false;
    }
}
